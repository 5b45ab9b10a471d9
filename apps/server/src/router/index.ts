/** Everything that can be asked of Florin. REST is derived from it: see `rest/adapter.ts`. */
import { payments } from './payments.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  payments,
});

export type AppRouter = typeof appRouter;
