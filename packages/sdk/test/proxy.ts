/** A road to Florin on which requests and answers get lost, late or doubled. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of one request: `lose` it on the way there; `lose-answer`; `delay` its answer, in
 * milliseconds; `double` it, one after the other, or send `twins` at once, and give the second answer;
 * or `answer` in the server's place.
 */
export type Fault =
  | { readonly kind: 'pass' | 'lose' | 'lose-answer' | 'double' | 'twins' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Record<string, string> };

interface Passed {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Road extends AsyncDisposable {
  readonly url: string;
  /** What came in, in its order. */
  readonly passed: Passed[];
  /** What becomes of the next requests, one each; those after them pass. */
  next(...faults: readonly Fault[]): void;
  /** What is called when a request is about to be sent on. */
  onRequest: () => void;
}

export async function proxyTo(target: string): Promise<Road> {
  const passed: Passed[] = [];
  let faults: Fault[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      const { method = '', url: path = '', headers } = request;
      passed.push({ method, path, headers, body });
      proxy.onRequest();
      await suffer(faults.shift() ?? { kind: 'pass' }, { method, path, headers, body }, response);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));

  const forward = ({ method, path, headers, body }: Passed) => {
    const { host: _, connection: __, 'content-length': ___, ...kept } = headers;
    const init = { method, headers: kept as Record<string, string> };
    return fetch(target + path, method === 'GET' ? init : { ...init, body });
  };

  async function suffer(fault: Fault, request: Passed, response: ServerResponse): Promise<void> {
    if (fault.kind === 'lose') return void response.destroy();
    if (fault.kind === 'answer') {
      const headers = { 'content-type': 'text/html', ...fault.headers };
      return void response.writeHead(fault.status, headers).end('<h1>a proxy</h1>');
    }
    if (fault.kind === 'double') await (await forward(request)).text();
    const twin = fault.kind === 'twins' ? forward(request) : null;
    const answer = await forward(request);
    await twin;
    const text = await answer.text();
    if (fault.kind === 'lose-answer') return void response.destroy();
    if (fault.kind === 'delay') await new Promise((late) => setTimeout(late, fault.ms));
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
    response.writeHead(answer.status, headers).end(text);
  }

  const proxy: Road = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    next: (...these) => {
      faults = [...these];
      passed.length = 0;
    },
    onRequest: () => {},
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return proxy;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
