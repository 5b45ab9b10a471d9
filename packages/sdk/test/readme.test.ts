/** The README's tour, word by word but for the port: each command runs, each answer is as shown. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Server, startServer } from './server.ts';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}
const blocks: readonly Block[] = [...readme.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
);

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('the tour answers what it shows', async () => {
  const commands = blocks.flatMap(({ language, text }, at) =>
    language === 'sh tour' ? [{ text, shown: blocks[at + 1] }] : [],
  );
  expect(commands.length).toBeGreaterThan(5);
  let before = '';
  for (const { text, shown } of commands) {
    let answer = await shell(before, text);
    // An event has its number a moment after its commit.
    const isFeed = text.includes('/events/');
    while (isFeed && itemsIn(answer) < itemsIn(shown?.text ?? ''))
      answer = await shell(before, text);
    before += text
      .split('\n')
      .filter((line) => line.startsWith('export '))
      .join('\n')
      .concat('\n');
    if (shown?.language === 'json')
      expect(JSON.parse(answer)).toMatchObject(JSON.parse(shown.text));
    if (shown?.language === 'text') expect(answer.replaceAll('\r', '')).toBe(shown.text);
  }
});

test('the SDK example is the one that stands in the README', async () => {
  const example = await readFile(new URL('packages/sdk/examples/tour.ts', root), 'utf8');
  expect(blocks.find(({ language }) => language === 'ts')?.text).toBe(example);
});

const itemsIn = (text: string): number => (JSON.parse(text) as readonly unknown[]).length;

/** `npx -y pnpm` asks the registry first: a test does without where pnpm is at hand anyway. */
const pnpmAtHand =
  'npx() { if command -v pnpm >/dev/null; then shift 2; pnpm "$@"; else command npx "$@"; fi; }';

/** What a command prints in a shell that has seen the exports `before` it. */
async function shell(before: string, command: string): Promise<string> {
  const script = `set -eo pipefail\n${pnpmAtHand}\n${before}${command}`
    .replaceAll('http://127.0.0.1:8000', server.url)
    .replaceAll('.florin/api-key', `${server.folder}/.florin/api-key`);
  const { stdout } = await run('bash', ['-c', script], {
    cwd: root,
    env: { ...process.env, FLORIN_URL: server.url },
  });
  return stdout;
}
