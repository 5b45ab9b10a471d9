/** GET /metrics: what operators watch, without a key and without anyone's data in it. */
import { testDatabase } from '@florin/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { create, creation, fresh, type Http } from './http.ts';
import { proxyTo } from './proxy.ts';
import { startFlorin, startServer } from './server.ts';

let florin: Awaited<ReturnType<typeof startFlorin>>;
let http: Http;
beforeAll(async () => {
  florin = await startFlorin();
  ({ http } = florin);
});
afterAll(() => florin[Symbol.asyncDispose]());

/** The values by name and labels, as Prometheus reads them. */
async function scrape(from: Http): Promise<ReadonlyMap<string, number>> {
  const { status, text } = await from.as(null).get('/metrics');
  expect(status).toBe(200);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
}

it('the age of the oldest open operation, and how many are open', async () => {
  const before = await scrape(http);
  expect(before.get('florin_open_operations')).toBe(0);
  expect(before.get('florin_oldest_open_operation_age_seconds')).toBe(0);
  expect(before.get('florin_provider_reports{status="dead"}')).toBe(0);
  const open = await create(http, { payment_method: 'pm_unknown' });
  await create(http, { payment_method: 'pm_unknown' });
  const { sql } = florin.db.owner;
  await sql`update operations set created_at = created_at - interval '1 hour'
    where payment_id = ${open.id.slice('pay_'.length)}`;
  const after = await scrape(http);
  expect(after.get('florin_open_operations')).toBe(2);
  const age = after.get('florin_oldest_open_operation_age_seconds') ?? 0;
  expect(age).toBeGreaterThanOrEqual(3_600);
  expect(age).toBeLessThan(2 * 3_600);
});

it('requests by method, route and status; a caller’s ids are in no label', async () => {
  const { id } = await create(http);
  await http.get(`/payments/${id}/`);
  await http.get('/payments/pay_nobody/');
  await http.get(`/${fresh('nowhere')}`);
  const found = await scrape(http);
  const count = (route: string, status: number) =>
    found.get(`florin_request_seconds_count{method="GET",route="${route}",status="${status}"}`);
  expect(count('/payments/{id}/', 200)).toBe(1);
  expect(count('/payments/{id}/', 404)).toBe(1);
  expect(count('none', 404)).toBe(1);
  const names = [...found.keys()].join('\n');
  expect(names).not.toContain('pay_');
  expect(names).not.toContain('nowhere');
});

it('a batch of several procedures is one label', async () => {
  const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: {} }));
  await http.get(`/trpc/payments.list,payments.list?batch=1&input=${input}`);
  await http.get(`/trpc/payments.list,payments.get?batch=1&input=${input}`);
  const routes = [...(await scrape(http)).keys()].filter((name) => name.includes('route="/trpc'));
  expect(routes.every((name) => /route="\/trpc\/[\w.]*"/.test(name))).toBe(true);
});

it('without its database: the process’s figures, and none that would say that all is well', async () => {
  await using db = await testDatabase();
  await using proxy = await proxyTo(db.url);
  await using server = await startServer(proxy.url);
  await server.http.post('/payments/', creation());
  await proxy.close();
  const found = await scrape(server.http);
  expect(found.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  expect([...found.keys()].filter((name) => name.startsWith('florin_provider'))).toEqual([]);
  expect(found.has('florin_open_operations')).toBe(false);
  expect(found.has('florin_oldest_open_operation_age_seconds')).toBe(false);
});
