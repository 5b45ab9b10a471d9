/**
 * Where there is no room for a merchant's commands, new ones over REST are turned away before anything
 * is made of the request. The engine would refuse them too; but to refuse thousands a second must not
 * take the time of those that were accepted.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { limits } from '@florin/core';
import type { Logger } from 'pino';
import type { Callers } from './callers.ts';
import type { Engine } from './engine/execute.ts';
import { overloaded } from './engine/overloaded.ts';
import type { Metrics } from './metrics.ts';
import { protection, requestIdOf, tell } from './observe.ts';
import { restRefusal } from './refusals.ts';
import { restRoutes } from './rest/routes.ts';
import type { Throttle } from './throttle.ts';

/** Whether it has answered: then nobody else may. */
export type Shed = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ShedParts {
  readonly engine: Pick<Engine, 'isFullFor'>;
  readonly callers: Pick<Callers, 'known'>;
  readonly throttle: Pick<Throttle, 'pause'>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The methods of what REST takes as commands. */
const commanding: ReadonlySet<string> = new Set(
  restRoutes.filter(({ type }) => type === 'mutation').map(({ method }) => method),
);

export function createShed({ engine, callers, throttle, metrics, log }: ShedParts): Shed {
  const { status, headers, bodyFor } = preparedRefusal();
  return (request, response) => {
    const { method = '', url = '' } = request;
    if (!commanding.has(method) || !url.startsWith('/payments')) return false;
    // What is too large, or does not say how large it is, is not waited for: it is refused as such.
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
    if (encoding !== undefined || Number(length) > limits.restBodyBytes) return false;
    // Whose key is not known yet is asked for, and then refused by the engine.
    const caller = callers.known(request.headers.authorization);
    if (!caller || !engine.isFullFor(caller.merchantId)) return false;

    const startedAt = performance.now();
    const requestId = requestIdOf(request.headers['x-request-id']?.toString());
    const body = bodyFor(requestId);
    // With a length, Node sends it along with the headers.
    const own = { 'x-request-id': requestId, 'content-length': Buffer.byteLength(body) };
    const { merchantId } = caller;
    response.writeHead(status, { ...headers, ...own }).end(body);
    tell(log, metrics, { requestId, method, route: null, status, startedAt, merchantId });
    // Not before Node is done with the request: it resumes the connection by itself.
    setImmediate(throttle.pause, request.socket);
    return true;
  };
}

/** The same answer as ever, but for the request's id, written once. */
function preparedRefusal() {
  const standIn = randomUUID();
  const { status, headers, body } = restRefusal(overloaded(), standIn);
  const [before = '', after = ''] = JSON.stringify(body).split(standIn);
  return {
    status,
    headers: {
      ...protection,
      'content-type': 'application/problem+json; charset=utf-8',
      ...headers,
    },
    bodyFor: (requestId: string): string => before + requestId + after,
  };
}
