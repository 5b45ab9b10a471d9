/** Everything that can be asked of Florin. REST is derived from it: see `rest/adapter.ts`. */
import { balances } from './balances.ts';
import { events } from './events.ts';
import { payments } from './payments.ts';
import { refunds } from './refunds.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  payments,
  refunds,
  events,
  balances,
});

export type AppRouter = typeof appRouter;
