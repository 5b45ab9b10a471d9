/** What the OpenAPI document tells of the procedures in `events.ts` that no schema says. */
import type { RestTold } from './trpc.ts';

export const told = {
  list: {
    summary: 'Follow all events',
    description:
      'In the order of their numbers. Keep the last number that you have dealt with, and ask for what comes after it: none is missed, and none appears below a number that was given out. An event is numbered within about a second of its commit.',
    answers: { 200: { means: 'A page of events; empty where there is nothing more for now.' } },
    refusals: [],
  },
  listByPayment: {
    summary: "List a payment's events",
    description: 'Its history, one event for each version, oldest first.',
    answers: { 200: { means: 'A page of events.' } },
    refusals: ['payment_not_found'],
  },
} as const satisfies Readonly<Record<string, RestTold>>;
