/** Each sabotage makes the proof fail, by the invariant that is there for it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sabotages } from '../src/prove/sabotages.ts';

const script = join(import.meta.dirname, '../src/prove/main.ts');

function prove(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { maxBuffer: 1 << 28 }, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), stdout });
    });
  });
}

describe('each is caught', () => {
  it.each(Object.entries(sabotages))('%s', async (name, { caughtBy }) => {
    const { code, stdout } = await prove(
      ...['--kills', '4', '--seconds', '6', '--sabotage', name, '--json'],
    );
    expect(code).toBe(1);
    const { broken } = JSON.parse(stdout) as { readonly broken: Record<string, readonly string[]> };
    expect(broken[caughtBy]).not.toEqual([]);
  });
});

it('a proof in which nobody is killed in the right moment proves nothing, and fails', async () => {
  const { code, stdout } = await prove(
    '--kills',
    '1',
    '--seconds',
    '1',
    '--clients',
    '0',
    '--json',
  );
  expect(code).toBe(1);
  const { broken } = JSON.parse(stdout) as { readonly broken: Record<string, readonly string[]> };
  const found = Object.entries(broken).filter(([, breaches]) => breaches.length > 0);
  expect(found.map(([invariant]) => invariant)).toEqual([
    "a kill landed between a provider's call and its outcome",
  ]);
});
