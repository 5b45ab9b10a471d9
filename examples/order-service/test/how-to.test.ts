/** docs/TUTORIAL.md and docs/how-to: code is that of this folder, and prints what the pages show. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningFlorin, startFlorin } from './florin.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

/** A page's blocks of code, with the word behind their three ticks. */
const blocksOf = (page: string) =>
  [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = null, text = '']) => ({ language, file, text }),
  );

let florin: RunningFlorin;
beforeAll(async () => {
  florin = await startFlorin();
});
afterAll(() => florin[Symbol.asyncDispose]());

async function run(file: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    FLORIN_URL: florin.url,
    FLORIN_KEY: florin.apiKey,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: root, env });
  return stdout;
}

const pages = (await readdir(new URL('docs/how-to/', root))).map((name) => `docs/how-to/${name}`);

const code = await Promise.all(
  [...pages, 'docs/TUTORIAL.md'].map(async (page) => {
    const blocks = blocksOf(await read(page));
    return blocks.flatMap((block, at) =>
      block.language === 'ts' ? [{ ...block, page, shown: blocks[at + 1] }] : [],
    );
  }),
);

test.each(code.flat())(
  '$page: $file is there word by word, and does what it shows',
  async ({ file, text, shown }) => {
    expect(file).not.toBeNull();
    const path = `examples/order-service/${file}`;
    expect(await read(path)).toContain(text);
    const isRun = file?.startsWith('how-to/') && shown?.language === 'text';
    if (isRun) expect(await run(path)).toBe(shown.text);
  },
);
