/** GET /events/ and GET /payments/{id}/events/: what is refused, and a database that is in trouble. */
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follower } from './feed.ts';
import { type Answer, create, type Http } from './http.ts';
import { makeKey, newMerchant } from './keys.ts';
import { proxyTo } from './proxy.ts';
import { startFlorin, startServer } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

describe.each(['/events/', '/payments/{id}/events/'])('GET %s', (route) => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await create(http));
  });
  const get = (from: Http, query: string) => from.get(`${route.replace('{id}', id)}?${query}`);

  it.each([
    ['after=-1', 'after'],
    ['after=1.5', 'after'],
    ['after=01', 'after'],
    ['after=+1', 'after'],
    ['after=1e3', 'after'],
    ['after=', 'after'],
    ['after=x', 'after'],
    ['after=9007199254740992', 'after'],
    ['after=99999999999999999', 'after'],
    ['after=1&after=2', 'after'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=9999999999', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=1', 'cursor'],
    ['nextAfter=1', 'nextAfter'],
    ['surprise=1', 'surprise'],
  ])('?%s: 400 at %s', async (query, path) => {
    const answer = await get(http, query);
    expect(answer.refusal).toEqual([400, 'invalid_request']);
    expect(answer.problem.errors).toMatchObject([{ path: [path] }]);
  });

  it('is refused without a key, and by any other method', async () => {
    expect((await get(http.as(null), '')).refusal).toEqual([401, 'unauthorized']);
    const { key } = await makeKey(florin.db, await newMerchant(florin.db), ['payments:write']);
    expect((await get(http.as(key), '')).refusal).toEqual([403, 'insufficient_scope']);
    const posted = await http.post(route.replace('{id}', id), {});
    expect(posted.refusal).toEqual([405, 'method_not_allowed']);
    expect(posted.headers.get('allow')).toBe('GET');
  });
});

/** Both, of a server that is in trouble: the same of each. */
async function refusals(of: Http): Promise<readonly Answer['refusal'][]> {
  const answers = [of.get('/events/'), of.get(`/payments/pay_${'0'.repeat(32)}/events/`)];
  return (await Promise.all(answers)).map(({ refusal }) => refusal);
}

it('500 where the database is not what it should be', async () => {
  await using broken = await startFlorin();
  await broken.db.owner.sql`alter table events rename to hidden`;
  const bug = [500, 'internal_error'];
  expect(await refusals(broken.http)).toEqual([bug, bug]);
});

it('503 where there is no database; with it, numbers are given again', async () => {
  await using db = await testDatabase();
  await using proxy = await proxyTo(db.url);
  await using server = await startServer(proxy.url);
  const { id } = await create(server.http);
  await proxy.close();
  const away = [503, 'unavailable'];
  expect(await refusals(server.http)).toEqual([away, away]);
  await proxy.open();
  const follow = follower(server.http);
  await expect.poll(() => follow.catchUp().catch(() => [])).toHaveLength(2);
  expect(follow.seen.map((one) => one.payment_id)).toEqual([id, id]);
});

it.each([
  ...['-1', '1.5', '"1"', 'null', 'true', '[1]', '9007199254740992'].map((value) => [
    `{"id":"pay_1","after":${value}}`,
    'after',
  ]),
  ['{"id":"pay_1","limit":0}', 'limit'],
  ['{"id":"pay_1","cursor":"x"}', 'cursor'],
  ['{"id":7}', 'id'],
])('over tRPC %s: 400 at %s', async (input, path) => {
  const query = `input=${encodeURIComponent(input)}`;
  const answer = await http.get(`/trpc/events.listByPayment?${query}`);
  const { problem } = JSON.parse(answer.text).error.data;
  expect([answer.status, problem.code]).toEqual([400, 'invalid_request']);
  expect(problem.errors).toMatchObject([{ path: [path] }]);
});
