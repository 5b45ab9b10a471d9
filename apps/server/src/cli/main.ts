/** `florin`: merchants and API keys from the command line, on the database that the server uses. */
import { scopes } from '@florin/core';
import { connectAsOwner, type Database, EmbeddedDatabaseError, troubleOf } from '@florin/db';
import { Command, CommanderError, Option } from 'commander';
import { ConfigError, readConfig } from '../config.ts';
import { snakeKeys } from '../rest/casing.ts';
import { joinStorage } from '../storage.ts';
import { type Answer, CommandError } from './answer.ts';
import { parseDuration, parseLifetime, parseName } from './arguments.ts';
import {
  createKeyCommand,
  type KeyList,
  listKeysCommand,
  type NewKey,
  type Rotation,
  revokeKeyCommand,
  rotateKeyCommand,
} from './keys.ts';
import { createMerchantCommand, listMerchantsCommand } from './merchants.ts';

const dayMs = 86_400_000;

const program = new Command('florin')
  .description(
    'Merchants and API keys of the database at DATABASE_URL, or of the embedded one in FLORIN_DATA_DIR.',
  )
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) });

const merchants = program.command('merchants').description('who takes payments here');

answering(merchants.command('create').description('make a merchant; it has no key yet'))
  .argument('<name>', 'what to call it', parseName)
  .addOption(
    new Option('--mode <mode>', 'a test merchant moves no money')
      .choices(['test', 'live'])
      .makeOptionMandatory(),
  )
  .action((name: string, { mode, json }: { mode: 'test' | 'live' } & Shown) =>
    run((database) => createMerchantCommand(database, { name, mode }), json),
  );

answering(merchants.command('list').description('list all merchants')).action(({ json }: Shown) =>
  run(listMerchantsCommand, json),
);

const keys = program.command('keys').description("merchants' API keys");

answering(keys.command('create').description('make a key, and show it this once'))
  .requiredOption('--merchant <id or name>', 'whose key it is; its mode is the merchant’s')
  .option('--name <name>', 'what to call it', parseName)
  .addOption(
    new Option(
      '--scope <scope...>',
      'what it may do (default: payments:read and payments:write)',
    ).choices([...scopes]),
  )
  .option('--expires-in <duration>', 'such as 24h or 90d (default: never)', parseLifetime)
  .action(({ json, ...wanted }: NewKey & Shown) =>
    run((database) => createKeyCommand(database, wanted), json),
  );

answering(keys.command('list').description('list keys, but not what opens anything'))
  .option('--merchant <id or name>', "only this merchant's")
  .action(({ json, ...wanted }: KeyList & Shown) =>
    run((database) => listKeysCommand(database, wanted), json),
  );

answering(keys.command('revoke').description('end a key for good, within 5 seconds'))
  .argument('<key id>', 'key_…')
  .action((id: string, { json }: Shown) => run((database) => revokeKeyCommand(database, id), json));

answering(keys.command('rotate').description('make a new key in place of one, and show it once'))
  .argument('<key id>', 'key_…')
  .addOption(
    new Option('--overlap <duration>', 'how long the old key works on, such as 0s or 24h')
      .argParser(parseDuration)
      .default(dayMs, '24h'),
  )
  .option(
    '--expires-in <duration>',
    'how long the new key lives (default: as long as the old one was made to)',
    parseLifetime,
  )
  .action((id: string, { json, ...rotation }: Rotation & Shown) =>
    run((database) => rotateKeyCommand(database, id, rotation), json),
  );

interface Shown {
  readonly json?: true;
}

function answering(command: Command): Command {
  return command.option('--json', 'answer with JSON, for programs');
}

/** Opens the database, does what is asked, and closes it; then answers. */
async function run(command: (database: Database) => Promise<Answer>, json?: true): Promise<void> {
  const answer = await withDatabase(command);
  const text = json ? JSON.stringify(snakeKeys(answer.json), null, 2) : answer.text;
  process.stdout.write(`${text}\n`);
}

async function withDatabase(command: (database: Database) => Promise<Answer>): Promise<Answer> {
  await using opened = new AsyncDisposableStack();
  const storage = opened.adopt(await joinStorage(readConfig()), (it) => it.close());
  return await command(opened.adopt(connectAsOwner(storage.url), (it) => it.close()));
}

/** What to tell whoever ran it, in one line. */
function explain(error: unknown): string {
  const isTold =
    error instanceof CommandError ||
    error instanceof ConfigError ||
    error instanceof EmbeddedDatabaseError;
  if (isTold) return error.message;
  const reason = error instanceof Error ? error.message : String(error);
  if (troubleOf(error) !== 'unreachable') return `The command failed: ${reason}`;
  return `The database went away (${reason}). Look at what was done with "list", then try again.`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`error: ${oneLine(explain(error))}\n`);
  }
}
