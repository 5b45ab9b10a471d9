/** What happens to a request on its way in and to its answer on the way out. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Asking } from './at-once.ts';
import type { FaultName, Faults } from './faults.ts';

export interface Env {
  Bindings: HttpBindings;
}

/**
 * Does the work with the faults that strike.
 * @param next names the asking that this is; called only where the acquirer is not down
 * @param asking told of what strikes it
 */
export async function misbehave(
  http: Context<Env>,
  faults: Faults,
  next: () => string,
  asking: Asking,
  work: () => Promise<Response>,
): Promise<Response> {
  if (answerAgain(http, faults)) asking.met('told what was answered before');
  if (faults.isDown()) return drop(http);
  const name = next();
  asking.met(name);
  function strikes(fault: FaultName): boolean {
    const does = faults.strikes(fault, name);
    if (does) asking.met(fault);
    return does;
  }
  if (strikes('down')) {
    faults.goDown();
    return drop(http);
  }
  const isSlow = strikes('slow');
  const isDelayFirst = faults.chance('delay first', name) < 0.5;
  const delay = () => sleep(faults.settings().slow_ms * faults.chance('how slow', name));

  if (isSlow && isDelayFirst) await delay();
  if (strikes('dropped_before')) return drop(http);
  const answer = await work();
  if (isSlow && !isDelayFirst) await delay();
  if (strikes('dropped_after')) return drop(http);
  if (strikes('failed_after')) {
    return http.json({ error: 'broken', message: 'Something went wrong.' }, 500);
  }
  return strikes('answered_twice') ? repeat(http, answer) : answer;
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

/** @returns whether it was told that */
function answerAgain({ env: { incoming } }: Context<Env>, faults: Faults): boolean {
  const answer = repeated.get(incoming.socket);
  repeated.delete(incoming.socket);
  // Switched off, it is over at once.
  if (answer === undefined || faults.settings().answered_twice === 0) return false;
  incoming.socket.write(answer);
  return true;
}
