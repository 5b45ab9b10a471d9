/** A refund as callers name it and get it. */
import {
  type Currency,
  formatAmount,
  formatTime,
  type Operation,
  type OperationId,
  type OperationStatus,
} from '@florin/core';
import type * as wire from '@florin/core/wire';
import { z } from 'zod';
import { mustBe } from './inputs.ts';
import { amount, currency, failure, paymentId, time } from './outputs.ts';

export const operationId = z.string().meta({
  description: 'An operation: `op_`, then 32 hexadecimal digits.',
  pattern: '^op_[0-9a-f]{32}$',
  examples: ['op_01a208fccbe87aaf9c5bd1e0b8a6f5d2'],
}) as unknown as z.ZodType<OperationId, OperationId>;

export const refundInput = z.strictObject({
  // Any string: a malformed id is answered like an unknown one.
  id: z.string(mustBe('a string')).meta({
    description: "The refund's id.",
    examples: ['op_01a208fccbe87aaf9c5bd1e0b8a6f5d2'],
  }) as unknown as z.ZodType<OperationId, OperationId>,
});

const refundFields = z
  .object({
    id: operationId,
    paymentId,
    amount: amount('How much goes back to the payer.', '50.00'),
    currency,
    status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']).meta({
      description:
        'PENDING: the outcome is not known yet, and the amount is reserved. FAILED: the provider declined, and the amount can be refunded again.',
      examples: ['SUCCEEDED'],
    }),
    reason: z
      .string()
      .nullable()
      .meta({
        description: 'Why, as it was asked for.',
        examples: ['Returned by the customer'],
      }),
    reference: z
      .string()
      .nullable()
      .meta({
        description: "The provider's reference, once it succeeded.",
        examples: ['sandbox_01a208fccbe87aaf9c5bd1e0b8a6f5d2'],
      }),
    failure: failure.nullable().meta({
      description: 'Why it was declined, when `status` is FAILED.',
      examples: [null],
    }),
    createdAt: time('When it was asked for.', '2026-11-23T09:31:00.000Z'),
    closedAt: time('When its outcome became known.', '2026-11-23T09:31:00.310Z')
      .nullable()
      .meta({ examples: ['2026-11-23T09:31:00.310Z'] }),
  })
  .meta({ id: 'Refund', description: 'Money on its way back to the payer.' });

export const refund = refundFields satisfies z.ZodType<
  Pick<wire.Refund, keyof wire.Refund>
> as z.ZodType<wire.Refund, wire.Refund>;

export const refundPage = z.object({
  items: z.array(refund).meta({ description: 'Newest first.' }),
  nextCursor: z.string().nullable().meta({
    description: 'Hand it in as `cursor` for the next page; null on the last.',
  }),
});

/** A refund asks nothing of the payer. */
const statusOf: Readonly<Record<OperationStatus, wire.Refund['status']>> = {
  open: 'PENDING',
  requires_action: 'PENDING',
  succeeded: 'SUCCEEDED',
  declined: 'FAILED',
};

export function refundView(of: Operation, currency: Currency): wire.Refund {
  const shown: z.infer<typeof refundFields> = {
    id: of.id,
    paymentId: of.paymentId,
    amount: formatAmount(of.amount, currency),
    currency,
    status: statusOf[of.status],
    reason: of.reason,
    reference: of.reference,
    failure: of.failure,
    createdAt: formatTime(of.createdAt),
    closedAt: of.closedAt === null ? null : formatTime(of.closedAt),
  };
  return shown as wire.Refund;
}
