/** docs/MIGRATE-FROM-DJANGO.md: its commands, run in order on an old system and a fresh database. */
import { testDatabase } from '@florin/db/testing';
import { expect, it } from 'vitest';
import { commandsOf, runCommands } from './docs-shell.ts';
import { oldSystem, write } from './old-system.ts';

it('each command of the page does what it says', async () => {
  const commands = commandsOf('docs/MIGRATE-FROM-DJANGO.md');
  expect(commands.map((command) => command.split('florin ')[1]?.split(' ')[0])).toEqual([
    'merchants',
    'import',
    'import',
    'import',
  ]);
  await using db = await testDatabase();
  await using old = await oldSystem(db);
  // A row that is left out ends a script: the page's own, which it maps, is in none of these.
  await write(old, [{ id: 1 }, { id: 2, status: 'FAILED' }, { id: 3, status: 'REFUNDED' }]);
  const stdout = await runCommands(commands, {
    DATABASE_URL: db.url,
    OLD_DATABASE_URL: old.url,
  });
  expect(stdout).toMatch(
    /Would import 3 .*Imported 3 .*Found 0 differences, 0 unresolved.*3 were imported before/s,
  );
});
