/** The shell commands of a page of the documents, run in order in one shell, as a reader would. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { quickStart } from './server.ts';

const root = join(import.meta.dirname, '../../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: { readonly florin: string };
};

/** The page's blocks marked `sh`, those within a list too. */
export function commandsOf(page: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) => block);
}

/** `npx -y pnpm` asks the registry first: a test does without, and where there is no pnpm, without it. */
const npx = `npx() {
  shift 2
  if command -v pnpm >/dev/null; then pnpm "$@"; return; fi
  if [ "$1" = --silent ]; then shift; fi
  shift
  ${scripts.florin} "$@"
}`;

/** What is exported stays; the first command that fails ends it, and is thrown. @returns what they print */
export async function runCommands(
  commands: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
    NODE_OPTIONS: `--import ${quickStart}`,
    ...settings,
  };
  const script = `set -eo pipefail\n${npx}\n${commands.join('\n')}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env });
  return stdout;
}
