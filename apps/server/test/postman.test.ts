/** The Postman collection: every route, and run by newman against a Florin. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { postmanCollection } from '../src/postman.ts';
import { restRoutes } from '../src/rest/routes.ts';
import { startFlorin, testKey } from './server.ts';

const file = fileURLToPath(
  new URL('../../../docs/examples/florin.postman_collection.json', import.meta.url),
);
const newman = createRequire(import.meta.url).resolve('newman/bin/newman.js');

interface Folder {
  readonly item: readonly { readonly name: string }[];
}
const { item: folders } = JSON.parse(postmanCollection()) as { readonly item: readonly Folder[] };
const names = folders.flatMap(({ item }) => item.map(({ name }) => name));

it('has every route', () => {
  expect(names).toEqual(expect.arrayContaining(restRoutes.map(({ told }) => told.summary)));
});

it('is answered as it says, each request by the one before it', async () => {
  await using florin = await startFlorin();
  const variables = [`base_url=${florin.url}`, `api_key=${testKey}`];
  const args = ['run', file, '--bail', '--color', 'off', '--disable-unicode'];
  const given = variables.flatMap((variable) => ['--env-var', variable]);
  const { stdout } = await promisify(execFile)(process.execPath, [newman, ...args, ...given]);
  const row = new RegExp(`assertions \\|\\s+${names.length} \\|\\s+0 `);
  expect(stdout.replaceAll('│', '|')).toMatch(row);
}, 120_000);
