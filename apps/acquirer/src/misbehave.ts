/** What happens to a request on its way in and to its answer on the way out. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Faults } from './faults.ts';

export interface Env {
  Bindings: HttpBindings;
}

/**
 * Does the work with the faults that strike.
 * @param next names the asking that this is; called only where the acquirer is not down
 */
export async function misbehave(
  http: Context<Env>,
  faults: Faults,
  next: () => string,
  work: () => Promise<Response>,
): Promise<Response> {
  answerAgain(http, faults);
  if (faults.isDown()) return drop(http);
  const asking = next();
  if (faults.strikes('down', asking)) {
    faults.goDown();
    return drop(http);
  }
  const isSlow = faults.strikes('slow', asking);
  const isDelayFirst = faults.chance('delay first', asking) < 0.5;
  const delay = () => sleep(faults.settings().slow_ms * faults.chance('how slow', asking));

  if (isSlow && isDelayFirst) await delay();
  if (faults.strikes('dropped_before', asking)) return drop(http);
  const answer = await work();
  if (isSlow && !isDelayFirst) await delay();
  if (faults.strikes('dropped_after', asking)) return drop(http);
  if (faults.strikes('failed_after', asking)) {
    return http.json({ error: 'broken', message: 'Something went wrong.' }, 500);
  }
  return faults.strikes('answered_twice', asking) ? repeat(http, answer) : answer;
}

function drop(http: Context<Env>): Response {
  http.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Answers that are to come again, each where the connection's next one is expected. */
const repeated = new WeakMap<Socket, string>();

async function repeat(http: Context<Env>, answer: Response): Promise<Response> {
  const text = await answer.text();
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  repeated.set(http.env.incoming.socket, `${head.join('\r\n')}\r\n\r\n${text}`);
  return new Response(text, { status: answer.status, headers: answer.headers });
}

function answerAgain({ env: { incoming } }: Context<Env>, faults: Faults): void {
  const answer = repeated.get(incoming.socket);
  repeated.delete(incoming.socket);
  // Switched off, it is over at once.
  if (answer === undefined || faults.settings().answered_twice === 0) return;
  incoming.socket.write(answer);
}
