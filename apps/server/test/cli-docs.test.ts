/** docs/CLI.md, word by word: its commands run in order on a fresh database, and each succeeds. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import { fixture } from './server.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/CLI.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: { readonly florin: string };
};

/** `npx -y pnpm` asks the registry first: a test does without, and where there is no pnpm, without it. */
const npx = `npx() {
  shift 2
  if command -v pnpm >/dev/null; then pnpm "$@"; return; fi
  if [ "$1" = --silent ]; then shift; fi
  shift
  ${scripts.florin} "$@"
}`;

it('each command of the page does what it says', async () => {
  expect(commands.length).toBeGreaterThan(6);
  expect(commands.every((command) => /npx -y pnpm (--silent )?florin /.test(command))).toBe(true);
  await using db = await testDatabase();
  const env = {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
    DATABASE_URL: db.url,
    NODE_OPTIONS: `--import ${fixture('quick-start.ts')}`,
  };
  // One shell: what is exported stays. The last answer shows that all before it had worked.
  const script = `set -eo pipefail\n${npx}\n${commands.join('\n')}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env });
  expect(stdout.match(/^fk_test_[A-Za-z0-9]{32}$/gm)).toHaveLength(3);
  expect(stdout).toMatch(/Revoked key key_[0-9a-f]{32} of merchant "corner shop"\..*\n$/);
});
