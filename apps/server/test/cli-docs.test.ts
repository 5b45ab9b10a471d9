/** Pages with commands, word by word: they run in order on a fresh database, and each succeeds. */
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import { commandsOf, runCommands } from './docs-shell.ts';

const commands = commandsOf('docs/how-to/COMMAND-LINE.md');

it('docs/how-to/COMMAND-LINE.md: each command does what it says', async () => {
  expect(commands.length).toBeGreaterThan(6);
  expect(commands.every((command) => /npx -y pnpm (--silent )?florin /.test(command))).toBe(true);
  await using db = await testDatabase();
  // The last answer shows that all before it had worked.
  const stdout = await runCommands(commands, { DATABASE_URL: db.url });
  expect(stdout.match(/^fk_test_[A-Za-z0-9]{32}$/gm)).toHaveLength(3);
  expect(stdout).toMatch(/Revoked key key_[0-9a-f]{32} of merchant "corner shop"\..*\n$/);
});

it('docs/how-to/OWN-POSTGRESQL.md: and in the end all is well', async () => {
  const commands = commandsOf('docs/how-to/OWN-POSTGRESQL.md');
  expect(commands).toHaveLength(1);
  await using db = await testDatabase();
  const stdout = await runCommands(commands, { DATABASE_URL: db.url, PORT: '0' });
  expect(stdout).toMatch(/^fk_live_[A-Za-z0-9]{32}$/m);
  expect(stdout).toMatch(/\nAll is well\.\n$/);
});
