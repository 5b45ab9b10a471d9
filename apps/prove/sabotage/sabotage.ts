/** Each sabotage makes the proof fail, by the invariant that is there for it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sabotages } from '../src/prove/sabotages.ts';

const script = join(import.meta.dirname, '../src/prove/main.ts');

/** Where proofs keep what they run on. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'florin-sabotage-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Proof {
  readonly broken: Readonly<Record<string, readonly string[]>>;
}

function prove(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    // biome-ignore lint/style/noProcessEnv: only where temporary files go is another.
    const options = { maxBuffer: 1 << 28, env: { ...process.env, TMPDIR: folder } };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Chance decides what a short proof meets: so many seeds are tried. */
const seeds = ['11', '12', '13', '14'];

describe('each is caught, by the invariant that is there for it', () => {
  it.each(Object.entries(sabotages))('%s', async (name, { caughtBy }) => {
    const found: string[][] = [];
    for (const seed of seeds) {
      const short = ['--kills', '4', '--seconds', '6', '--seed', seed];
      const { code, stdout } = await prove(...short, '--sabotage', name, '--json');
      const { broken } = JSON.parse(stdout) as Proof;
      const caught = Object.keys(broken).filter((invariant) => broken[invariant]?.length);
      expect(code).toBe(caught.length > 0 ? 1 : 0);
      if (caught.includes(caughtBy)) return;
      found.push(caught);
    }
    expect(found, `${name}: "${caughtBy}" in none of these`).toContain(caughtBy);
  });
});

it('a proof in which nobody is killed in the right moment proves nothing, fails, and keeps all', async () => {
  // Whose sabotage was caught left nothing.
  expect(await readdir(folder)).toEqual([]);
  const { code, stdout, stderr } = await prove(
    '--kills',
    '1',
    '--seconds',
    '1',
    '--clients',
    '0',
    '--json',
  );
  expect(code).toBe(1);
  const { broken } = JSON.parse(stdout) as Proof;
  const found = Object.entries(broken).filter(([, breaches]) => breaches.length > 0);
  expect(found.map(([invariant]) => invariant)).toEqual([
    "a kill landed between a provider's call and its outcome",
  ]);
  const kept = /are kept in (\S+)\n$/.exec(stderr)?.[1] ?? '';
  expect(await readdir(kept)).toEqual(
    expect.arrayContaining([
      'acquirer.log',
      'data',
      'florin-0.log',
      'florin-1.log',
      'record.jsonl',
    ]),
  );
  expect(JSON.parse(await readFile(join(kept, 'proof.json'), 'utf8'))).toEqual(JSON.parse(stdout));
});
