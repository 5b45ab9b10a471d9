/** The programs of a proof, each a process of its own that can be killed at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface Program {
  /** A TypeScript file. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Preloaded before anything else of it. */
  readonly preload?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** A file that what it says is added to. */
  readonly log: string;
}

export interface Running {
  /** Where it answers. */
  readonly url: string;
  /** Resolves once it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program and waits until it says where it listens. */
export async function run({
  script,
  args = [],
  preload = [],
  environment,
  log,
}: Program): Promise<Running> {
  const imports = preload.flatMap((file) => ['--import', file]);
  const child = spawn(process.execPath, [...imports, script, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kept = createWriteStream(log, { flags: 'a' });
  kept.write(`${new Date().toISOString()} process ${child.pid}\n`);
  child.stdout.pipe(kept, { end: false });
  child.stderr.pipe(kept, { end: false });
  child.once('close', () => kept.end());
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await listening(child);
  return {
    url,
    async kill(signal) {
      child.kill(signal);
      await gone;
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (said.stdout.length < 10_000) said.stdout += text;
      const found = / is listening on (\S+)\n/.exec(said.stdout)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.stderr.length < 10_000) said.stderr += text;
    });
    child.once('close', () => reject(new Error(`A program did not start: ${said.stderr}`)));
  });
}
