/** The command line, run as a process of its own. */
import { type ExecFileException, execFile } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../src/cli/main.ts');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it answered with `--json`. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly list: readonly Readonly<Record<string, unknown>>[];
}

/** Nothing of this process's environment goes along but the settings. */
export function florin(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ran> {
  const env = { PATH: process.env['PATH'], ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({
        code: codeOf(error),
        stdout,
        stderr,
        get json() {
          return JSON.parse(stdout) as Ran['json'];
        },
        get list() {
          return JSON.parse(stdout) as Ran['list'];
        },
      });
    });
  });
}

function codeOf(error: ExecFileException | null): number {
  return error === null ? 0 : Number(error.code ?? -1);
}
