/** Every block of TypeScript in the README and in docs/SDK.md, and every example in a docstring, compiles. */
import { execFile } from 'node:child_process';
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = join(root, '.types', 'docs');

/** What the blocks speak of and do not make themselves. */
const given = `
import type { Event, Florin, Payment } from '@florin/sdk';
declare global {
  const florin: Florin;
  const payment: Payment;
  const paymentId: \`pay_\${string}\`;
  const returnId: string;
  let lastNumber: number;
  const error: unknown;
  const createFlorin: typeof import('@florin/sdk').createFlorin;
  const idempotencyKey: typeof import('@florin/sdk').idempotencyKey;
  const isFlorinError: typeof import('@florin/sdk').isFlorinError;
  const money: typeof import('@florin/sdk').money;
  const createTestFlorin: typeof import('@florin/sdk/testing').createTestFlorin;
  function redirect(url: string): void;
  function show(text: string): void;
  function deal(event: Event): Promise<void>;
}
`;

const settings = {
  extends: '../../tsconfig.json',
  compilerOptions: { rootDir: '../../../..' },
  include: ['*.ts'],
};

/** A block of an example may return, as the function does that it is taken from. */
const asModule = (block: string): string => `export const example = async () => {\n${block}};\n`;

const nameOf = (path: string): string => path.replaceAll(/[^a-zA-Z]+/g, '-');

let blocks: ReadonlyMap<string, string>;
beforeAll(async () => {
  const found = new Map<string, string>();
  for (const path of ['README.md', '../../docs/SDK.md']) {
    const page = await readFile(join(root, path), 'utf8');
    for (const [at, [, block = '']] of [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].entries()) {
      found.set(`${nameOf(path)}-${at}`, block);
    }
  }
  const sources = glob(['src/**/*.ts', '../core/src/wire/*.ts'], { cwd: root });
  for await (const path of sources) {
    const source = await readFile(join(root, path), 'utf8');
    for (const [at, [, block = '']] of [
      ...source.matchAll(/\* ```ts\n([\s\S]*?)\* ```/g),
    ].entries()) {
      found.set(`${nameOf(path)}-${at}`, asModule(block.replaceAll(/^ *\* ?/gm, '')));
    }
  }
  blocks = found;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'given.d.ts'), given);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  for (const [name, block] of blocks) {
    await writeFile(join(folder, `${name}.ts`), `${block}\nexport {};\n`);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('they compile', async () => {
  expect(blocks.size).toBeGreaterThan(20);
  const compiled = run('tsc', ['-p', folder], { cwd: root });
  await expect(compiled.catch((error: { stdout: string }) => error.stdout)).resolves.toEqual({
    stdout: '',
    stderr: '',
  });
});

test('the README shows the example that is run', async () => {
  const readme = await readFile(join(root, '../../README.md'), 'utf8');
  const example = await readFile(join(root, 'examples/tour.ts'), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});

test('the page names every call, setting and code that there is', async () => {
  const page = await readFile(join(root, '../../docs/SDK.md'), 'utf8');
  const { createTestFlorin } = await import('../src/testing/index.ts');
  const { simulate, ...florin } = createTestFlorin();
  for (const [resource, calls] of Object.entries(florin)) {
    for (const call of Object.keys(calls)) expect(page).toContain(`\`${resource}.${call}(`);
  }
  for (const name of Object.keys(simulate)) expect(page).toContain(`\`${name}(`);
});
