/** The kit as a command: in this process, or, where its exit code and streams matter, in one of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { proveApi } from '../../src/api/main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function proveHere(...args: readonly string[]): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const code = await proveApi(args, {
    isTerminal: false,
    writeOut: (text) => {
      stdout += text;
    },
    writeErr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

const script = join(import.meta.dirname, '../../src/api/main.ts');

export function proveThere(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
