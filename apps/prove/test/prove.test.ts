/** `pnpm prove`, a short one: it runs, and finds nothing. The long one stands in docs/RELIABILITY.md. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { invariants } from '../src/prove/invariants.ts';

const script = join(import.meta.dirname, '../src/prove/main.ts');

it('a few kills in a few seconds: everything that was promised holds', async () => {
  const args = [script, '--kills', '3', '--seconds', '3', '--clients', '6', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { figures, broken } = JSON.parse(stdout) as {
    readonly figures: Readonly<Record<string, number>>;
    readonly broken: Readonly<Record<string, readonly string[]>>;
  };
  expect(broken).toEqual(Object.fromEntries(Object.keys(invariants).map((name) => [name, []])));
  expect(figures['of them told for good']).toBeGreaterThan(10);
  expect(figures['operations cut off between call and outcome']).toBeGreaterThan(0);
}, 300_000);
