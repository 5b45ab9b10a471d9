/** The sandbox as it reports by itself: bodies, signatures, and the sending of them. */
import { type Currency, formatAmount, type MerchantId, type OperationId } from '@florin/core';
import type { TestDatabase } from '@florin/db/testing';
import { Webhook } from 'standardwebhooks';
import { type Answer, fresh, type Http } from './http.ts';
import { testSecret } from './server.ts';

/** What every report says: whose operation it is, and what that is about. */
export interface About {
  readonly merchant_id: MerchantId;
  readonly operation_id: OperationId;
  readonly amount: string;
  readonly currency: Currency;
}

/** A body, more or less as it should be. */
export type Report = Readonly<Record<string, unknown>>;

/** A payment's operations, oldest first: each by its kind and number, such as `refund 2`. */
export async function operationsOf(
  { owner }: TestDatabase,
  paymentId: string,
): Promise<ReadonlyMap<string, About>> {
  const rows = await owner.sql<
    { merchant: string; id: string; name: string; amount: string; currency: Currency }[]
  >`
    select replace(o.merchant_id::text, '-', '') as merchant, replace(o.id::text, '-', '') as id,
           concat(o.kind, ' ', row_number() over (partition by o.kind order by o.id)) as name,
           o.amount, p.currency
    from operations o join payments p on p.merchant_id = o.merchant_id and p.id = o.payment_id
    where o.payment_id = ${paymentId.slice(4)} order by o.id`;
  return new Map(
    rows.map(({ merchant, id, name, amount, currency }): [string, About] => [
      name,
      {
        merchant_id: `mer_${merchant}`,
        operation_id: `op_${id}`,
        amount: formatAmount(BigInt(amount), currency),
        currency,
      },
    ]),
  );
}

/** What a report says of a payment's first operation of a kind. */
export async function aboutOf(db: TestDatabase, paymentId: string, kind: string): Promise<About> {
  const about = (await operationsOf(db, paymentId)).get(`${kind} 1`);
  if (!about) throw new Error(`${paymentId} has no ${kind}.`);
  return about;
}

const occurred = () => ({ occurred_at: new Date().toISOString() });

export const succeeded = (about: About, fields: Report = {}): Report => ({
  ...about,
  outcome: 'succeeded',
  reference: `ref_${about.operation_id}`,
  ...occurred(),
  ...fields,
});

export const declined = (about: About, fields: Report = {}): Report => ({
  ...about,
  outcome: 'declined',
  failure: { code: 'card_declined', message: 'The card was declined.' },
  ...occurred(),
  ...fields,
});

export const requiresAction = (about: About, fields: Report = {}): Report => ({
  ...about,
  outcome: 'requires_action',
  next_action: { type: 'redirect', url: 'https://bank.example/3ds' },
  ...occurred(),
  ...fields,
});

export interface Sending {
  readonly id?: string;
  readonly at?: Date;
  readonly secret?: string;
}

export function signed(
  text: string | Buffer,
  { id = fresh('msg'), at = new Date(), secret = testSecret }: Sending = {},
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
    'webhook-signature': new Webhook(secret).sign(id, at, text),
  };
}

export interface Standing {
  readonly status: 'applied' | 'waiting' | 'dead';
  readonly duplicate: boolean;
  readonly reason?: string;
}

/** Sends a report as the sandbox would; text is signed and sent as it is written. */
export async function send(
  http: Http,
  body: Report | string,
  sending: Sending = {},
  path = '/providers/sandbox/reports/',
): Promise<Answer & { readonly standing: Standing }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await http.as(null).post(path, text, signed(text, sending));
  return Object.defineProperty(answer as Answer & { standing: Standing }, 'standing', {
    get: () => JSON.parse(answer.text) as Standing,
  });
}

/** As if the time had come for every report that waits. */
export async function makeDue({ owner }: TestDatabase): Promise<void> {
  await owner.sql`
    update provider_reports set due_at = now() - interval '1 second' where status = 'waiting'`;
}
