/** The log: JSON lines, or readable ones on a terminal. Keys, bodies and metadata never reach it. */
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Lines are gathered for so long, or until they are so many: to write each alone took 6 % of the server's time. */
const gathered = { periodicFlush: 100, minLength: 4_096 } as const;

/** @param destination where lines go; standard output by default */
export function createLog(level: string, destination?: NodeJS.WritableStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } };
  if (destination) return pino(options, destination);
  if (process.stdout.isTTY) return pino(options, pretty({ sync: true }));
  return pino(options, pino.destination({ dest: 1, sync: false, ...gathered }));
}

/**
 * What may be known of an error. The message of a statement that failed tells what was in it, and so
 * does PostgreSQL's: of these the log says what kind they are and where they come from.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint_name, table_name, routine } = error as unknown as Record<
    string,
    unknown
  >;
  const tellsValues = error.name === 'PostgresError' || error.message.startsWith('Failed query');
  return {
    type: error.name,
    ...(tellsValues ? {} : { message: error.message }),
    code,
    constraint: constraint_name,
    table: table_name,
    routine,
    stack: error.stack?.split('\n').filter((line) => /^\s+at /.test(line)),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
