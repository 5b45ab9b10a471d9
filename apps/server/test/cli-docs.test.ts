/** docs/CLI.md, word by word: its commands run in order on a fresh database, and each succeeds. */
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import { commandsOf, runCommands } from './docs-shell.ts';

const commands = commandsOf('docs/CLI.md');

it('each command of the page does what it says', async () => {
  expect(commands.length).toBeGreaterThan(6);
  expect(commands.every((command) => /npx -y pnpm (--silent )?florin /.test(command))).toBe(true);
  await using db = await testDatabase();
  // The last answer shows that all before it had worked.
  const stdout = await runCommands(commands, { DATABASE_URL: db.url });
  expect(stdout.match(/^fk_test_[A-Za-z0-9]{32}$/gm)).toHaveLength(3);
  expect(stdout).toMatch(/Revoked key key_[0-9a-f]{32} of merchant "corner shop"\..*\n$/);
});
