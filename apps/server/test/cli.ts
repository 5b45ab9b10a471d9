/** The command line: run as a process of its own, or, which is quicker, in this one. */
import { type ExecFileException, execFile } from 'node:child_process';
import { join } from 'node:path';
import { florin as run } from '../src/cli/main.ts';
import { quickStart } from './server.ts';

export const script = join(import.meta.dirname, '../src/cli/main.ts');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it answered with `--json`. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly list: readonly Readonly<Record<string, unknown>>[];
}

type Settings = Readonly<Record<string, string>>;

/** Nothing of this process's environment goes along but the settings. */
export function florin(settings: Settings, ...args: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'], ...settings };
  return new Promise((resolve) => {
    const command = ['--import', quickStart, script, ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) => {
      resolve(ranOf(codeOf(error), stdout, stderr));
    });
  });
}

/** In this process: as `florin`, but no process is spawned: for what is answered. */
export async function florinHere(settings: Settings, ...args: readonly string[]): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const output = {
    writeOut: (text: string) => {
      stdout += text;
    },
    writeErr: (text: string) => {
      stderr += text;
    },
  };
  const code = await run(args, output, settings);
  return ranOf(code, stdout, stderr);
}

function ranOf(code: number, stdout: string, stderr: string): Ran {
  return {
    code,
    stdout,
    stderr,
    get json() {
      return JSON.parse(stdout) as Ran['json'];
    },
    get list() {
      return JSON.parse(stdout) as Ran['list'];
    },
  };
}

function codeOf(error: ExecFileException | null): number {
  return error === null ? 0 : Number(error.code ?? -1);
}
