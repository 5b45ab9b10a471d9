/** The whole of it, with little of everything: each program runs, and each figure is one. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const script = join(import.meta.dirname, '../src/main.ts');

it('prints what it measured as JSON', () => {
  const args = ['--only', 'batches', 'durability', '--rounds', '1', '--seconds', '1', '--json'];
  const { stdout, status } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  expect(status).toBe(0);
  const { batches, durability } = JSON.parse(stdout);
  expect(batches).toHaveLength(4);
  expect(batches[0]).toMatchObject({ batch: 1, wall: expect.any(Number) });
  expect(durability.acknowledged).toBeGreaterThan(0);
  expect(durability.lost).toBe(0);
});
