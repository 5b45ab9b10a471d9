/** `npx -y pnpm prove:api --url … --key …`: is this server's promise true, as far as HTTP can tell? */
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { createProgress, type Screen } from './progress.ts';
import { prove } from './prove.ts';
import { isSound, reportJson, reportText, violationLines } from './report.ts';
import { NotTestableError, Violation } from './violation.ts';

interface Output extends Screen {
  readonly writeOut: (text: string) => void;
}

/**
 * Does what a command line asks for, and answers the code to exit with.
 * @param args without the program's own name
 */
export async function proveApi(args: readonly string[], output: Output): Promise<number> {
  let code = 0;
  const progress = createProgress(output);
  const program = createProgram(async ({ json, key = null, seed, ...wanted }) => {
    const chosen = seed ?? Date.now() % 1_000_000;
    const onProgress = progress.show;
    const report = await prove({ ...wanted, key, seed: chosen, onProgress });
    progress.clear();
    const text = json ? JSON.stringify(reportJson(report), null, 2) : reportText(report);
    output.writeOut(`${text}\n`);
    code = isSound(report) ? 0 : 1;
  }, output);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    progress.clear();
    output.writeErr(`${explain(error)}\n`);
    return 2;
  }
}

/** Why there is no report. */
function explain(error: unknown): string {
  if (error instanceof NotTestableError) return error.message;
  if (error instanceof Violation) return `It cannot be tested. ${violationLines(error).join('\n')}`;
  return `The run failed: ${error instanceof Error ? error.stack : error}`;
}

if (import.meta.main) {
  process.exitCode = await proveApi(process.argv.slice(2), {
    writeOut: (text) => process.stdout.write(text),
    writeErr: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
  });
}
