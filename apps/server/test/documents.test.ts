/** Documents that are made from the code, and what leads to them. */
import { readFile } from 'node:fs/promises';
import { refusals } from '@florin/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generatedDocs } from '../src/generated-docs.ts';
import { sandboxTokens } from '../src/providers/sandbox.ts';
import { startFlorin } from './server.ts';

const docs = new URL('../../../docs/', import.meta.url);
const read = (name: string) => readFile(new URL(name, docs), 'utf8');

let florin: Awaited<ReturnType<typeof startFlorin>>;
beforeAll(async () => {
  florin = await startFlorin();
});
afterAll(() => florin[Symbol.asyncDispose]());

it.each(Object.entries(generatedDocs))(
  'docs/%s is as `npx -y pnpm run docs` writes it',
  async (name, make) => {
    expect(await read(name)).toBe(make());
  },
);

it('of each setting, option, field and answer something is told', async () => {
  for (const name of ['SETTINGS.md', 'CLI.md', 'CALLS.md']) {
    const page = await read(name);
    expect(page).not.toMatch(/undefined|\[object|NaN/);
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.filter((line) => / \|\s*\|$/.test(line))).toEqual([]);
  }
});

it('docs/SANDBOX.md tells of every token, and of no other', async () => {
  const told = [...(await read('SANDBOX.md')).matchAll(/^\| `(pm_\w+)`/gm)].map(
    ([, token]) => token,
  );
  expect(told).toEqual(sandboxTokens);
});

it.each(Object.keys(refusals))(
  '/errors/%s, where its type leads, says what it means',
  async (code) => {
    const answer = await florin.http.as(null).get(`/errors/${code}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.text).toContain(refusals[code as keyof typeof refusals].title);
  },
);

it('every answer is protected, and none is for another origin', async () => {
  for (const path of [
    '/payments/',
    '/nothing',
    '/health',
    '/trpc/payments.list',
    '/errors/unauthorized',
  ]) {
    const { headers } = await florin.http.get(path, { origin: 'https://elsewhere.example' });
    expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('x-frame-options'), path).toBe('DENY');
    expect(headers.get('referrer-policy'), path).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin'), path).toBeNull();
  }
});
