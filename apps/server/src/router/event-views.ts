/** Events as callers ask for them and get them. */
import { type EventId, type EventType, formatTime } from '@florin/core';
import type * as wire from '@florin/core/wire';
import type { FeedEvent } from '@florin/db';
import { z } from 'zod';
import { mustBe, paymentId as namedPayment } from './inputs.ts';
import { payment, paymentId, paymentView, time } from './outputs.ts';
import { limit } from './page-inputs.ts';
import { operationId } from './refund-views.ts';

const after = z
  .int(mustBe('a whole number'))
  .min(0, 'must be at least 0')
  .default(0)
  .meta({
    description:
      'What follows this number; among the events of one payment, what follows this version.',
    examples: [41],
  });

export const listEventsInput = z.strictObject({ after, limit });
export const listEventsOfPaymentInput = z.strictObject({ id: namedPayment, after, limit });

const event = z
  .object({
    id: z.string().meta({
      description: 'An event: `evt_`, then 32 hexadecimal digits.',
      pattern: '^evt_[0-9a-f]{32}$',
      examples: ['evt_01a208fccbe87f0e8d3c5a7b9e1f2a4c'],
    }) as unknown as z.ZodType<EventId, EventId>,
    number: z
      .int()
      .min(1)
      .nullable()
      .meta({
        description:
          "Its place among the merchant's events, from 1 without a gap; null for the moment until it is given.",
        examples: [42],
      }),
    type: z.string().meta({
      description:
        '`payment.created`, `payment.imported`, `discrepancy.resolved`, or `opened`, `succeeded`, `declined`, `requires_action` or `discrepancy` of an operation: `charge`, `authorize`, `capture`, `void`, `refund`. More may come.',
      examples: ['charge.succeeded'],
    }) as unknown as z.ZodType<EventType, EventType>,
    paymentId,
    version: z
      .int()
      .min(1)
      .meta({
        description: 'The version that it made of the payment.',
        examples: [2],
      }),
    operationId: operationId.nullable().meta({
      description: 'The operation that it is about.',
      examples: ['op_01a208fccbe87aaf9c5bd1e0b8a6f5d2'],
    }),
    actor: z.string().meta({
      description: "Who did it: an API key's id, `worker:…`, `provider:…` or `import:…`.",
      examples: ['provider:sandbox'],
    }),
    reason: z
      .string()
      .nullable()
      .meta({
        description: 'Why, in the words of whoever resolved a discrepancy.',
        examples: [null],
      }),
    createdAt: time('When it happened.', '2026-11-23T09:30:00.412Z'),
    payment: payment.meta({ description: 'The payment as it then was.' }),
  })
  .meta({
    id: 'Event',
    description: 'The immutable record that a payment changed.',
  }) satisfies z.ZodType<wire.Event>;

const nextAfter = z.int().nullable().meta({
  description: 'Hand it in as `after` for the next page; null where there is nothing more for now.',
});

export const eventPage = z.object({
  items: z.array(event).meta({ description: 'In the order of their numbers.' }),
  nextAfter,
});

export const paymentEventPage = z.object({
  items: z.array(event).meta({ description: "In the order of the payment's versions." }),
  nextAfter,
});

export function eventView(of: FeedEvent): wire.Event {
  return {
    id: of.id,
    number: of.number,
    type: of.type,
    paymentId: of.paymentId,
    version: of.version,
    operationId: of.operationId,
    actor: of.actor,
    reason: of.reason,
    createdAt: formatTime(of.createdAt),
    payment: paymentView(of.payment),
  };
}
