/** What callers get: the payment as it goes over the wire, and pages of it. */
import {
  type Action,
  actions,
  allowedActions,
  type Currency,
  formatAmount,
  formatTime,
  type Payment,
  type PaymentId,
  type Status,
  statuses,
} from '@florin/core';
import type * as wire from '@florin/core/wire';
import { z } from 'zod';

export const paymentId = z.string().meta({
  description: 'A payment: `pay_`, then 32 hexadecimal digits.',
  pattern: '^pay_[0-9a-f]{32}$',
  examples: ['pay_01a208fccbe67123bed89f6fcf1bb363'],
}) as unknown as z.ZodType<PaymentId, PaymentId>;

export const amount = (description: string, example: string) =>
  z.string().meta({
    description: `${description} A decimal string with exactly the currency's decimals.`,
    pattern: '^(0|[1-9][0-9]{0,11})([.][0-9]{2,4})?$',
    examples: [example],
  });

export const time = (description: string, example: string) =>
  z.string().meta({
    description: `${description} RFC 3339, UTC.`,
    format: 'date-time',
    examples: [example],
  });

export const failure = z
  .object({
    code: z.string().meta({ description: 'For programs.', examples: ['card_declined'] }),
    message: z.string().meta({ description: 'For people.', examples: ['The card was declined.'] }),
  })
  .meta({ id: 'Failure', description: 'Why the provider declined.' });

const nextAction = z
  .object({
    type: z.literal('redirect').meta({
      description: 'What kind of thing that is.',
      examples: ['redirect'],
    }),
    url: z.string().meta({
      description: 'Where to send the payer.',
      examples: ['https://bank.example/authenticate/7'],
    }),
  })
  .meta({ id: 'NextAction', description: 'What the payer must do.' });

export const currency = z.string().meta({
  description: 'ISO 4217, upper case.',
  pattern: '^[A-Z]{3}$',
  examples: ['USD'],
}) as unknown as z.ZodType<Currency, Currency>;

const paymentFields = z
  .object({
    id: paymentId,
    orderId: z.string().meta({
      description: "The merchant's own reference for what is being paid.",
      examples: ['order-42'],
    }),
    amount: amount('What is to be paid.', '150.00'),
    currency,
    status: z.enum(statuses as readonly [Status, ...Status[]]).meta({
      description:
        'PENDING: the outcome is not known yet. REQUIRES_ACTION: the payer must act. AUTHORIZED: funds are held. SUCCESS: captured, also where a part is refunded. REFUNDED: all that was captured is. FAILED: declined. CANCELLED: voided before the capture.',
      examples: ['SUCCESS'],
    }),
    authorizedAmount: amount('How much the provider has approved.', '150.00'),
    capturedAmount: amount('How much is captured: paid.', '150.00'),
    refundedAmount: amount('How much of what is captured is refunded.', '0.00'),
    allowedActions: z
      .array(
        z.enum(actions as readonly [Action, ...Action[]]).meta({
          description:
            'capture: `POST …/capture/`. cancel: `POST …/cancel/`. refund: `POST …/refund/`. report: `PATCH`, of `manual` payments.',
        }),
      )
      .meta({
        description:
          'What may be asked for now; nothing while the outcome of a charge, capture or void is not known.',
        examples: [['refund']],
      }),
    nextAction: nextAction.nullable().meta({
      description: 'What the payer must do, exactly when `status` is REQUIRES_ACTION.',
      examples: [null],
    }),
    expiresAt: time(
      'In REQUIRES_ACTION and AUTHORIZED: from then on it is voided at the provider.',
      '2026-11-30T09:30:00.412Z',
    )
      .nullable()
      .meta({ examples: [null] }),
    provider: z.string().meta({ description: 'Who moves the money.', examples: ['sandbox'] }),
    transactionId: z
      .string()
      .nullable()
      .meta({
        description: "The provider's reference, once it succeeded.",
        examples: ['sandbox_01a208fccbe87aaf9c5bd1e0b8a6f5d2'],
      }),
    idempotencyKey: z.string().meta({
      description: 'The key that the payment was created with.',
      examples: ['order-42-first-try'],
    }),
    failure: failure.nullable().meta({
      description: 'Why it was declined, exactly when `status` is FAILED.',
      examples: [null],
    }),
    discrepancy: z.boolean().meta({
      description:
        'The provider reported what should not be possible, and nobody has resolved it yet.',
      examples: [false],
    }),
    metadata: z.record(z.string(), z.string()).meta({
      description: "The merchant's own entries, as they were sent.",
      examples: [{ cart: '7' }],
    }),
    version: z.int().meta({
      description: "Counts the payment's changes, from 1.",
      minimum: 1,
      examples: [2],
    }),
    createdAt: time('When it was created.', '2026-11-23T09:30:00.000Z'),
    updatedAt: time('When it last changed.', '2026-11-23T09:30:00.412Z'),
  })
  .meta({ id: 'Payment', description: 'One attempt to collect an amount for an order.' });

/** That what a status brings is there with it, and not without it, is `decide`'s doing. */
export const payment = paymentFields satisfies z.ZodType<
  Pick<wire.Payment, keyof wire.Payment>
> as z.ZodType<wire.Payment, wire.Payment>;

export const paymentPage = z.object({
  items: z.array(payment).meta({ description: 'Newest first.' }),
  nextCursor: z.string().nullable().meta({
    description: 'Hand it in as `cursor` for the next page; null on the last.',
  }),
});

export function paymentView(of: Payment): wire.Payment {
  const shown: z.infer<typeof paymentFields> = {
    id: of.id,
    orderId: of.orderId,
    amount: formatAmount(of.amount, of.currency),
    currency: of.currency,
    status: of.status,
    authorizedAmount: formatAmount(of.authorized, of.currency),
    capturedAmount: formatAmount(of.captured, of.currency),
    refundedAmount: formatAmount(of.refunded, of.currency),
    allowedActions: [...allowedActions(of)],
    nextAction: of.nextAction,
    expiresAt: of.expiresAt === null ? null : formatTime(of.expiresAt),
    provider: of.provider,
    transactionId: of.transactionId,
    idempotencyKey: of.idempotencyKey,
    failure: of.failure,
    discrepancy: of.discrepancy,
    metadata: of.metadata,
    version: of.version,
    createdAt: formatTime(of.createdAt),
    updatedAt: formatTime(of.updatedAt),
  };
  return shown as wire.Payment;
}
