/** What can be asked of `florin`: its commands, their arguments and options. */
import { importedStatuses, scopes } from '@florin/core';
import type { Database } from '@florin/db';
import { Command, Option, type OutputConfiguration } from 'commander';
import { type Answer, oneLine } from './answer.ts';
import { parseDuration, parseId, parseLifetime, parseName } from './arguments.ts';
import { afterHelp, more } from './help.ts';
import { type Importing, parseStatus } from './import.ts';
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
import type { Verification } from './verify.ts';

const dayMs = 86_400_000;

/** Does a command on the database and shows its answer, with `json` as JSON. */
type Run = (command: (database: Database) => Promise<Answer>, json?: true) => Promise<void>;

/** What is done on the database; `verify` and `import` show what they find meanwhile. */
export interface Doing {
  readonly run: Run;
  readonly verify: (wanted: Verification) => Promise<void>;
  readonly import: (wanted: Importing) => Promise<void>;
  readonly doctor: (wanted: Shown) => Promise<void>;
}

/**
 * The program, good for one command line. It does not end the process: what it cannot parse it tells
 * `output`, in one line, and throws as a CommanderError.
 */
export function createProgram(doing: Doing, output: OutputConfiguration): Command {
  const { run } = doing;
  const program = new Command('florin')
    .description(
      'Merchants, API keys and books of the database at DATABASE_URL, or of the embedded one in FLORIN_DATA_DIR.',
    )
    .exitOverride()
    .configureOutput({ ...output, outputError: (text, write) => write(`${oneLine(text)}\n`) });

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
    .action((id: string, { json }: Shown) =>
      run((database) => revokeKeyCommand(database, id), json),
    );

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

  answering(program.command('verify').description('check the books against their own history'))
    .option('--merchant <id or name>', "only this merchant's")
    .action(doing.verify);

  answering(
    program.command('doctor').description('say what is wrong with a setup, and how to mend it'),
  ).action(doing.doctor);

  const imports = program.command('import').description('bring payments over from another system');

  answering(imports.command('django').description('import the payments of the old Django module'))
    .requiredOption('--from <url>', "the old system's database: postgres://user:password@host/name")
    .requiredOption('--merchant <id or name>', 'whose payments they become')
    .option('--table <name>', 'where they are, with its schema if need be', 'payments')
    .option('--from-id <id>', 'leave rows with a smaller id out (default: all)', parseId)
    .option('--dry-run', 'say what would be imported and what not, and write nothing')
    .addOption(
      new Option(
        '--map-status <text=STATUS>',
        `what a status means that is none of ${importedStatuses.join(', ')}; may be repeated`,
      ).argParser(parseStatus),
    )
    .action(doing.import);

  for (const { command, words } of commandsIn(program)) {
    const told = more[words];
    if (told) command.addHelpText('after', afterHelp(told));
  }
  return program;
}

interface Known {
  readonly command: Command;
  /** Its name behind those of its parents: `florin keys create`. */
  readonly words: string;
}

/** A command and all below it. */
export function commandsIn(command: Command, before = ''): readonly Known[] {
  const words = `${before}${command.name()}`;
  const below = command.commands.flatMap((one) => commandsIn(one, `${words} `));
  return [{ command, words }, ...below];
}

interface Shown {
  readonly json?: true;
}

function answering(command: Command): Command {
  return command.option('--json', 'answer with JSON, for programs');
}
