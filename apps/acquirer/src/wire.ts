/**
 * What goes over the wire and into the record, in one shape: snake_case, and amounts as a whole number
 * of minor units in a string.
 */
import {
  type Currency,
  type Id,
  type IdKind,
  isCurrency,
  isId,
  operationKinds,
} from '@florin/core';
import { z } from 'zod';

const idOf = <K extends IdKind>(kind: K) =>
  z.custom<Id<K>>(
    (value) => typeof value === 'string' && isId(kind, value),
    `must be the id of a Florin ${kind}`,
  );

const about = {
  /** The operation's: one movement belongs to it, for ever. */
  id: idOf('operation'),
  merchant_id: idOf('merchant'),
  payment_id: idOf('payment'),
  order_id: z.string().min(1),
  kind: z.enum(operationKinds),
  amount: z.string().regex(/^[1-9]\d*$/, 'must be a whole number of minor units, more than zero'),
  currency: z.custom<Currency>(
    (value) => typeof value === 'string' && isCurrency(value),
    'must be a currency of ISO 4217',
  ),
};

/** What is asked for by `POST /operations`. */
export const asked = z.strictObject(about).readonly();
export type Asked = z.output<typeof asked>;

/** What the acquirer says became of it; of a movement it takes just that. */
export const said = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('succeeded'), reference: z.string() }).readonly(),
  z
    .object({
      outcome: z.literal('declined'),
      failure: z.object({ code: z.string(), message: z.string() }).readonly(),
    })
    .readonly(),
  z
    .object({
      outcome: z.literal('requires_action'),
      next_action: z.object({ type: z.literal('redirect'), url: z.string() }).readonly(),
    })
    .readonly(),
]);
export type Said = z.output<typeof said>;

/** What the acquirer answers: what was asked, and what became of it. `at`: when, RFC 3339. */
export const movement = z.intersection(z.object({ ...about, at: z.string() }).readonly(), said);
export type Movement = z.output<typeof movement>;

/** What the payer does about a payment that waits for them. */
export const payerAct = z.strictObject({ outcome: z.enum(['approved', 'declined']) });
export type PayerOutcome = z.output<typeof payerAct>['outcome'];

/** Where reports go from now on: addresses of Florins that share one database. */
export const destinations = z.strictObject({
  to: z.array(z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))),
});

/** What Florin answers to a report that it took. */
export const reportAnswer = z.object({ status: z.enum(['applied', 'waiting', 'dead']) });

/** The error codes of its answers that are no movement; `message` beside them is for people. */
export type ErrorCode = 'invalid_request' | 'not_found' | 'id_reused' | 'nothing_waits' | 'broken';
/** `id`: of the operation that is not known. */
export const problem = z.object({
  error: z.string(),
  message: z.string(),
  id: z.string().optional(),
});

/** What is wrong with what was sent, in one line. */
export const whatIsWrong = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`).join('; ');
