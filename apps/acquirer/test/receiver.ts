/** Somebody who takes the acquirer's reports as Florin does, with Florin's own reader. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arrayBuffer } from 'node:stream/consumers';
import { createReadReport } from '@florin/server/providers/sandbox-report';
import { testSecret } from './given.ts';

type Received = ReturnType<ReturnType<typeof createReadReport>>;

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** In the order in which they came. */
  readonly received: readonly Received[];
  /** Operations whose report was answered. */
  readonly answered: Set<string>;
  /** Status of the next answers; after them 200. `drop`: the connection ends without any. */
  readonly next: (number | 'drop')[];
  /** How long an answer takes. */
  ms: number;
}

export async function startReceiver(): Promise<Receiver> {
  const read = createReadReport(testSecret);
  const received: Received[] = [];
  const answered = new Set<string>();
  const next: (number | 'drop')[] = [];
  const server = createServer(async (request, response) => {
    const body = await arrayBuffer(request);
    if (request.url !== '/providers/acquirer/reports/') return void response.writeHead(404).end();
    const report = read(new Headers(request.headers as Record<string, string>), body);
    received.push(report);
    await new Promise((resolve) => setTimeout(resolve, receiver.ms));
    const status = next.shift() ?? 200;
    if (status === 'drop') return void request.socket.destroy();
    answered.add(report.operationId);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end('{"status": "applied", "duplicate": false}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answered,
    next,
    ms: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
