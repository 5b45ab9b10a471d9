/** The Postman collection has every route. `pnpm prove:docs` runs it with newman, as its page says. */
import { expect, it } from 'vitest';
import { postmanCollection } from '../src/postman.ts';
import { restRoutes } from '../src/rest/routes.ts';

interface Folder {
  readonly item: readonly { readonly name: string }[];
}

it('has every route', () => {
  const { item } = JSON.parse(postmanCollection()) as { readonly item: readonly Folder[] };
  const names = item.flatMap((folder) => folder.item.map(({ name }) => name));
  expect(names).toEqual(expect.arrayContaining(restRoutes.map(({ told }) => told.summary)));
});
