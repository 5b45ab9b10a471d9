/** An explanation as callers get it: sentences for people, codes for programs. */
import {
  type Explained,
  formatAmount,
  type Payment,
  type RefusalCode,
  refusals,
} from '@florin/core';
import type * as wire from '@florin/core/wire';
import { z } from 'zod';
import { amount, payment, time } from './outputs.ts';
import { operationId } from './refund-views.ts';

const entry = z
  .object({
    at: time('When.', '2026-11-23T09:30:00.412Z'),
    kind: z.enum(['command', 'outcome', 'report', 'waiting']).meta({
      description:
        'command: somebody asked for it. outcome: what the provider said. report: what the provider sent by itself. waiting: what is still to come.',
      examples: ['outcome'],
    }),
    what: z.string().meta({
      description: 'What happened, in a sentence.',
      examples: ['The charge of 150.00 USD succeeded, by the reference sandbox_01a2.'],
    }),
    by: z.string().meta({
      description: 'An API key’s id, `worker:…`, `provider:…` or `import:…`.',
      examples: ['provider:sandbox'],
    }),
    version: z
      .int()
      .nullable()
      .meta({
        description: 'The version that it made of the payment; null where it changed nothing.',
        examples: [2],
      }),
    operationId: operationId.nullable().meta({
      description: 'The operation that it is about.',
      examples: ['op_01a208fccbe87aaf9c5bd1e0b8a6f5d2'],
    }),
  })
  .meta({ id: 'TimelineEntry', description: 'One thing that happened, or is awaited.' });

const obstacle = z
  .object({
    code: z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]]).meta({
      description: 'As who tried would be refused.',
      examples: ['not_capturable'],
    }),
    why: z.string().meta({
      description: 'Why not.',
      examples: ['Only an AUTHORIZED payment can be captured; this one is SUCCESS.'],
    }),
    remedy: z.string().meta({
      description: 'What would make it so.',
      examples: ['Nothing: it was created to be charged at once.'],
    }),
  })
  .meta({ id: 'Obstacle', description: 'What stands in the way of an action.' });

const action = z
  .object({
    action: z.enum(['capture', 'cancel', 'refund', 'report', 'resolve']).meta({
      description: 'What may be asked for. `report` is for `manual` payments only.',
      examples: ['refund'],
    }),
    allowed: z.boolean().meta({ description: 'Whether it may be now.', examples: [true] }),
    upTo: amount('The most that a capture or a refund may move now.', '150.00')
      .nullable()
      .meta({ examples: ['150.00'] }),
    obstacle: obstacle.nullable().meta({
      description: 'What stands in its way, exactly when it is not allowed.',
      examples: [null],
    }),
  })
  .meta({ id: 'ExplainedAction', description: 'An action, and whether it may be taken now.' });

const explanationFields = z
  .object({
    payment,
    timeline: z.array(entry).meta({ description: 'Oldest first.' }),
    actions: z.array(action).meta({ description: 'What may be done next, and what may not.' }),
  })
  .meta({ id: 'Explanation', description: 'How a payment came to be as it is.' });

export const explanation = explanationFields as z.ZodType<wire.Explanation, wire.Explanation>;

export function actionView(
  { action: name, upTo, obstacle: inTheWay }: Explained,
  { currency }: Payment,
): wire.Explanation['actions'][number] {
  const shown: z.infer<typeof action> = {
    action: name,
    allowed: inTheWay === null,
    upTo: upTo === null ? null : formatAmount(upTo, currency),
    obstacle: inTheWay && { ...inTheWay },
  };
  return shown as wire.Explanation['actions'][number];
}
