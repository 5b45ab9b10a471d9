/** `florin`: merchants, API keys and books from the command line, on the database that the server uses. */
import {
  connect,
  connectAsOwner,
  type Database,
  EmbeddedDatabaseError,
  troubleOf,
} from '@florin/db';
import { CommanderError } from 'commander';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { examine } from '../doctor/doctor.ts';
import { snakeKeys } from '../rest/casing.ts';
import { joinStorage } from '../storage.ts';
import { CommandError, oneLine } from './answer.ts';
import { findingsAsJson, findingsAsText } from './doctor.ts';
import { importCommand } from './import.ts';
import { createProgram, type Doing } from './program.ts';
import { verifyCommand } from './verify.ts';

/** Where a command's answer goes, and what went wrong. */
interface Output {
  readonly writeOut: (text: string) => void;
  readonly writeErr: (text: string) => void;
  /** Whether what went wrong is written to a terminal. */
  readonly isTerminal?: boolean;
}

/**
 * Does what a command line asks for, and answers the code to exit with.
 * @param args without the program's own name
 */
export async function florin(
  args: readonly string[],
  output: Output,
  environment?: Parameters<typeof readConfig>[0],
): Promise<number> {
  let code = 0;
  const screen = { isTerminal: false, ...output };
  const doing: Doing = {
    async run(command, json) {
      const answer = await withDatabase(readConfig(environment), connectAsOwner, command);
      const text = json ? JSON.stringify(snakeKeys(answer.json), null, 2) : answer.text;
      output.writeOut(`${text}\n`);
    },
    async verify(wanted) {
      code = await withDatabase(readConfig(environment), connectAsOwner, (database) =>
        verifyCommand(database, wanted, screen),
      );
    },
    async import(wanted) {
      // As the server's role: what it writes is what the server could have written.
      code = await withDatabase(readConfig(environment), connect, (database) =>
        importCommand(database, wanted, screen),
      );
    },
    async doctor({ json }) {
      const findings = await examine(environment);
      output.writeOut(json ? findingsAsJson(findings) : findingsAsText(findings));
      code = findings.some(({ state }) => state === 'wrong') ? 1 : 0;
    },
  };
  const program = createProgram(doing, output);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    output.writeErr(`error: ${oneLine(explain(error))}\n`);
    return 1;
  }
}

/** Opens the database, does what is asked, and closes it. */
async function withDatabase<T>(
  config: Config,
  open: (url: string) => Database,
  command: (database: Database) => Promise<T>,
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const storage = opened.adopt(await joinStorage(config), (it) => it.close());
  return await command(opened.adopt(open(storage.url), (it) => it.close()));
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

if (import.meta.main) {
  process.exitCode = await florin(process.argv.slice(2), {
    writeOut: (text) => process.stdout.write(text),
    writeErr: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
  });
}
