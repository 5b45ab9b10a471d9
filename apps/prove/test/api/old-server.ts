/**
 * The replaced system as `seed/contract.md` tells of it: numeric ids, lower-case statuses, a gap between
 * each check and its write. Each of its faults has a name; without it, it does what is right instead.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './faults.ts';
import { type Answer, createRules, type Fields, type Row, refusal } from './old-rules.ts';

/** What it wants where it has not the fault of wanting none. */
export const oldKey = 'old-key';

type Work = () => Answer | Promise<Answer>;
type Handler = (found: string, body: Fields) => Answer | Promise<Answer>;

export async function startOld(faults: readonly Fault[]) {
  const has = (fault: string) => (faults as readonly string[]).includes(fault);
  const rows: Row[] = [];
  const turns = new Map<string, Promise<Answer>>();
  const rules = createRules(rows, has);

  /** One after the other of what has this name; with the fault, all at once. */
  function inTurn(fault: Fault, name: unknown, work: Work): Answer | Promise<Answer> {
    if (has(fault)) return work();
    const turn = (turns.get(`${fault} ${name}`) ?? Promise.resolve()).then(work);
    turns.set(`${fault} ${name}`, turn);
    return turn;
  }
  function on(id: string, work: (row: Row) => Answer | Promise<Answer>) {
    const row = rows.find((one) => String(one.id) === id);
    return row ? work(row) : refusal('Not found', 404);
  }
  const bound = has('unbounded list') ? Number.POSITIVE_INFINITY : 20;
  const handlers: Readonly<Record<string, Handler>> = {
    'GET /': () => [200, rows.slice(0, bound)],
    'GET /order/*/': (order) => [200, rows.filter((row) => row.order_id === order)],
    'GET /*/': (id) => on(id, (row) => [200, row]),
    'GET /*/events/': (id) => on(has('no history') ? '' : id, ({ events }) => [200, events]),
    'POST /': (_, body) =>
      inTurn('one key race', body['idempotency_key'], () =>
        inTurn('create race', body['order_id'], () => rules.create(body)),
      ),
    'POST /*/refund/': (id, body) =>
      on(id, (row) => inTurn('refund race', id, () => rules.refund(row, body))),
    'PATCH /*/': (id, { status }) =>
      on(id, (row) =>
        inTurn('create race', row.order_id, () =>
          inTurn('refund race', id, () => rules.patch(row, status)),
        ),
      ),
  };

  /** A payment as it goes out. */
  function told(_name: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('events' in value)) return value;
    const { events, refunded, ...row } = value as Row;
    const isFloat = has('floats') && !Number.isNaN(Number(row.amount));
    const refunds = has('refund unrecorded')
      ? {}
      : { refunded_amount: (refunded / 100).toFixed(2) };
    const version = has('no history') ? {} : { version: has('one version') ? 1 : events.length };
    return { ...row, ...refunds, ...version, amount: isFloat ? Number(row.amount) : row.amount };
  }

  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request;
    const body = fieldsOf(Buffer.concat(await request.toArray()).toString());
    const answer = ([status, content]: Answer) => {
      response.writeHead(status, { 'content-type': 'application/json', location: `${url}/` });
      response.end(JSON.stringify(content, told));
    };
    const [, found = ''] = /^\/payments\/(?:order\/)?([^/]+)/.exec(url) ?? [];
    const route = `${method} ${url.replace(/^\/payments/, '').replace(found || '*', '*')}`;
    if (!url.endsWith('/')) return answer([301, null]);
    if (!has('no keys') && headers.authorization !== `Bearer ${oldKey}`) {
      return answer(refusal('No key', 401));
    }
    answer((await handlers[route]?.(decodeURIComponent(found), body)) ?? refusal('Not found', 404));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Numbers as they were written. */
function fieldsOf(text: string): Fields {
  return JSON.parse(text || '{}', (_name, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? context?.source : value,
  ) as Fields;
}
