/** `pnpm prove`, a short one: it runs, and finds nothing. The long one stands in docs/RELIABILITY.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { invariants } from '../src/prove/invariants.ts';

const script = join(import.meta.dirname, '../src/prove/main.ts');

it('a few kills in a few seconds: everything that was promised holds', async () => {
  const args = [script, '--kills', '3', '--seconds', '3', '--clients', '6'];
  args.push('--faults', 'answered_twice=0.1,slow=0.3', '--json');
  const folder = await mkdtemp(join(tmpdir(), 'florin-prove-test-'));
  const env = { ...process.env, TMPDIR: folder };
  // One that finds something says what, and exits with 1.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
    (error: { readonly code: unknown; readonly stdout: string }) => {
      if (error.code === 1 && error.stdout !== '') return error;
      throw error;
    },
  );
  const { figures, broken } = JSON.parse(stdout) as {
    readonly figures: Readonly<Record<string, number>>;
    readonly broken: Readonly<Record<string, readonly string[]>>;
  };
  expect(broken).toEqual(Object.fromEntries(Object.keys(invariants).map((name) => [name, []])));
  expect(figures['of them told for good']).toBeGreaterThan(10);
  expect(figures['operations cut off between call and outcome']).toBeGreaterThan(0);
  // What is sound leaves nothing behind.
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
}, 300_000);
