/** The acquirer over HTTP. Only what is asked of operations meets faults. */
import { isId, type OperationId } from '@florin/core';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { createAtOnce } from './at-once.ts';
import type { Books } from './books.ts';
import { type Faults, faultChange } from './faults.ts';
import { type Env, misbehave } from './misbehave.ts';
import type { Occasions } from './occasions.ts';
import type { Operations } from './operations.ts';
import type { RecordFile } from './record.ts';
import type { Reports } from './reports.ts';
import { asked, destinations, type ErrorCode, payerAct, whatIsWrong } from './wire.ts';

export interface HttpParts {
  readonly operations: Operations;
  readonly occasions: Occasions;
  readonly books: Books;
  readonly record: RecordFile;
  readonly faults: Faults;
  readonly reports: Reports;
  readonly warn: (line: string) => void;
}

export function createHttp(parts: HttpParts): Hono<Env> {
  const { operations, occasions, books, record, faults, reports, warn } = parts;
  const app = new Hono<Env>();
  const atOnce = createAtOnce(record);

  app.post('/operations', async (http) => {
    const body = await read(http, asked);
    if ('wrong' in body) return refuse(http, 400, 'invalid_request', body.wrong);
    occasions.of(body.is);
    const next = () => occasions.next('ask', body.is.id);
    const perform = async () => {
      const performed = await operations.perform(body.is);
      if ('movement' in performed) {
        return http.json(performed.movement, performed.isNew ? 201 : 200);
      }
      const { kind, amount, currency } = performed.earlier;
      const message = `${body.is.id} was used for a ${kind} of ${amount} ${currency}; what is asked now differs in ${performed.differing.join(', ')}.`;
      return refuse(http, 409, 'id_reused', message);
    };
    const { incoming } = http.env;
    return atOnce.while(body.is.id, incoming, (asking) =>
      misbehave(http, faults, next, asking, perform),
    );
  });

  app.get('/operations/:id', (http) => {
    const id = http.req.param('id');
    if (!isId('operation', id)) return refuse(http, 400, 'invalid_request', 'Not an operation id.');
    const look = async () => {
      const movement = await operations.find(id);
      if (movement) return http.json(movement);
      // Whose, as in an answer that is a movement: it may come where another one is expected.
      return refuse(http, 404, 'not_found', `No ${id} is known.`, { id });
    };
    const next = () => occasions.next('look', id);
    return atOnce.while(id, http.env.incoming, (asking) =>
      misbehave(http, faults, next, asking, look),
    );
  });

  app.get('/record', async (http) => {
    const lines = [...books.all()];
    await record.synced();
    const body = ReadableStream.from(inPieces(lines)).pipeThrough(new TextEncoderStream());
    return http.body(body, 200, { 'content-type': 'application/x-ndjson' });
  });

  app.post('/payers/:payment', async (http) => {
    const payment = http.req.param('payment');
    if (!isId('payment', payment)) return refuse(http, 400, 'invalid_request', 'Not a payment id.');
    const body = await read(http, payerAct);
    if ('wrong' in body) return refuse(http, 400, 'invalid_request', body.wrong);
    const acted = await operations.act(payment, body.is.outcome);
    switch (acted) {
      case 'unknown_payment':
        return refuse(http, 404, 'not_found', `No ${payment} is known.`);
      case 'nothing_waits':
        return refuse(http, 409, 'nothing_waits', 'It is settled or voided, or never waited.');
      default:
        return http.json(acted);
    }
  });

  const faultsNow = () => ({ settings: faults.settings(), struck: faults.struck() });
  app.get('/faults', (http) => http.json(faultsNow()));
  app.post('/faults', async (http) => {
    const body = await read(http, faultChange);
    if ('wrong' in body) return refuse(http, 400, 'invalid_request', body.wrong);
    faults.change(body.is);
    return http.json(faultsNow());
  });

  app.get('/reports', (http) => http.json(reports.counts()));
  app.post('/reports', async (http) => {
    const body = await read(http, destinations);
    if ('wrong' in body) return refuse(http, 400, 'invalid_request', body.wrong);
    reports.sendTo(body.is.to);
    return http.json(reports.counts());
  });

  app.notFound((http) => refuse(http, 404, 'invalid_request', 'There is nothing at this path.'));
  // Such as a disk that is full: nothing is acknowledged that is not on it.
  app.onError((error, http) => {
    warn(error.stack ?? error.message);
    return refuse(http, 500, 'broken', 'Something went wrong.');
  });
  return app;
}

function refuse(
  http: Context<Env>,
  status: 400 | 404 | 409 | 500,
  error: ErrorCode,
  message: string,
  about: { readonly id?: OperationId } = {},
): Response {
  return http.json({ error, message, ...about }, status);
}

async function read<T extends z.ZodType>(
  http: Context<Env>,
  schema: T,
): Promise<{ readonly is: z.output<T> } | { readonly wrong: string }> {
  const value: unknown = await http.req.json().catch(() => undefined);
  const parsed = schema.safeParse(value);
  return parsed.success ? { is: parsed.data } : { wrong: whatIsWrong(parsed.error) };
}

/** JSON lines, many at a time. */
function* inPieces(lines: Iterable<object>): Iterable<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${JSON.stringify(line)}\n`;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
