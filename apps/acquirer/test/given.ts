/** An acquirer to test, in this process or in one of its own, and what can be asked of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Id, type IdKind, idOf, type Operation, type Payment } from '@florin/core';
import type { ProviderRequest } from '@florin/server/providers/provider';
import { inject } from 'vitest';
import type { Entry } from '../src/books.ts';
import type { FaultChange, FaultName } from '../src/faults.ts';
import { type Settings, start } from '../src/main.ts';
import type { Line } from '../src/record.ts';
import type { Asked, Movement } from '../src/wire.ts';

/** What reports are signed with. */
export const testSecret = `whsec_${Buffer.from('a secret of the test acquirer').toString('base64')}`;

export const freshId = <K extends IdKind>(kind: K): Id<K> => idOf(kind, randomUUID());
export const freshFile = (): string => join(inject('recordsFolder'), randomUUID());

/** A charge of 150.00 USD, unless told otherwise. */
export const askedFor = (fields: Partial<Asked> = {}): Asked => ({
  id: freshId('operation'),
  merchant_id: freshId('merchant'),
  payment_id: freshId('payment'),
  order_id: randomUUID(),
  kind: 'charge',
  amount: '15000',
  currency: 'USD',
  ...fields,
});

/** Another operation of the same payment. */
export const another = (asked: Asked, kind: Asked['kind'], amount: string): Asked => ({
  ...asked,
  id: freshId('operation'),
  kind,
  amount,
});

/** The status and the body of an answer; `lost` where there was none. */
type Answer = readonly [number, unknown] | 'lost';

export interface Client {
  readonly url: string;
  ask(asked: object): Promise<Answer>;
  /** What became of it; anything but a movement is an error. */
  moved(asked: Asked): Promise<Movement>;
  find(id: string): Promise<Answer>;
  record(): Promise<readonly Line[]>;
  movements(): Promise<readonly Entry[]>;
  misbehave(faults: FaultChange): Promise<Answer>;
  struck(): Promise<Readonly<Record<FaultName, number>>>;
  act(payment: string, outcome: string): Promise<Answer>;
  reports(to?: readonly string[]): Promise<Answer>;
}

export function client(url: string): Client {
  async function send(path: string, body?: object): Promise<Answer> {
    try {
      const answer = await fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        body: body === undefined ? null : JSON.stringify(body),
      });
      return [answer.status, await answer.json()];
    } catch {
      return 'lost';
    }
  }
  const record = async () => {
    const text = await (await fetch(`${url}/record`)).text();
    return text.split('\n').filter(Boolean).map(lineOf);
  };
  return {
    url,
    ask: (asked) => send('/operations', asked),
    async moved(asked) {
      const answer = await send('/operations', asked);
      if (answer === 'lost' || answer[0] > 201) throw new Error(`Not moved: ${answer}`);
      return answer[1] as Movement;
    },
    find: (id) => send(`/operations/${id}`),
    record,
    movements: async () => (await record()).filter((line) => line.type === 'movement'),
    misbehave: (faults) => send('/faults', { all: 0, ...faults }),
    async struck() {
      const [, { struck }] = (await send('/faults')) as [
        200,
        { struck: Record<FaultName, number> },
      ];
      return struck;
    },
    act: (payment, outcome) => send(`/payers/${payment}`, { outcome }),
    reports: (to) => send('/reports', to && { to }),
  };
}

const lineOf = (text: string): Line => JSON.parse(text) as Line;

/** The file as it is, line by line. */
export const linesIn = (path: string): readonly Line[] =>
  readFileSync(path, 'utf8').split('\n').filter(Boolean).map(lineOf);

export interface TestAcquirer extends Client, AsyncDisposable {
  /** The record's file. */
  readonly file: string;
  /** What it warned of. */
  readonly warned: readonly string[];
}

export async function startAcquirer(given: Partial<Settings> = {}): Promise<TestAcquirer> {
  const file = given.record ?? freshFile();
  const warned: string[] = [];
  const { url, stop } = await start(
    { port: 0, record: file, seed: '1', faults: {}, secret: testSecret, reportTo: [], ...given },
    (line) => warned.push(line),
  );
  return { ...client(url), file, warned, [Symbol.asyncDispose]: stop };
}

export interface Spawned extends AsyncDisposable {
  readonly url: string;
  /** Resolves once it is gone, with its exit code. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** As `pnpm start` does. */
const quickStart = join(import.meta.dirname, '../../server/src/quick-start.ts');

/** What Florin hands to a provider for this. */
export function requestFor(asked: Asked, attempts = 1): ProviderRequest {
  const operation = {
    id: asked.id,
    merchantId: asked.merchant_id,
    paymentId: asked.payment_id,
    kind: asked.kind,
    amount: BigInt(asked.amount),
    attempts,
  };
  const { payment_id: id, order_id: orderId, currency } = asked;
  return {
    operation: operation as Operation,
    payment: { id, merchantId: asked.merchant_id, orderId, currency } as Payment,
  };
}

/** A process that is ready once it prints where it listens. Disposing of it is SIGTERM. */
export async function spawned(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Spawned> {
  const path = join(import.meta.dirname, '../src', script);
  const child: ChildProcess = spawn(process.execPath, ['--import', quickStart, path, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const found = /is listening on (\S+)\n/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`${script} did not start.`)));
  });
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { url, kill, [Symbol.asyncDispose]: async () => void (await kill('SIGTERM')) };
}
