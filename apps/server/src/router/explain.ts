/** How a payment came to be as it is, and what may be done with it next. */
import { explainActions, type Payment } from '@florin/core';
import {
  type Database,
  findOtherHolder,
  listReportsOfOperations,
  readOperations,
  readSteps,
} from '@florin/db';
import { mustFind } from './commanding.ts';
import { timelineOf } from './explain-timeline.ts';
import { told } from './explain-told.ts';
import { actionView, explanation } from './explain-views.ts';
import { getInput } from './inputs.ts';
import { paymentView } from './outputs.ts';
import { procedure } from './trpc.ts';

/** Enough for every payment that is not refunded cent by cent; `GET …/events/` has all. */
const stepsShown = 1_000;

export const explain = procedure
  .meta({ rest: { method: 'GET', path: '/payments/{id}/explain/', ...told.explain } })
  .input(getInput)
  .output(explanation)
  .query(async ({ ctx, input }) => {
    const payment = await mustFind(ctx, input.id);
    return explained(ctx.database, payment);
  });

async function explained(database: Database, payment: Payment) {
  const { merchantId, id } = payment;
  const [steps, operations, holder] = await Promise.all([
    readSteps(database, merchantId, id, stepsShown),
    readOperations(database, merchantId, id),
    findOtherHolder(database, payment),
  ]);
  const operationIds = operations.map((operation) => operation.id);
  const reports = await listReportsOfOperations(database, merchantId, operationIds);
  const actions = explainActions(payment, operations, holder, Date.now());
  return {
    payment: paymentView(payment),
    timeline: timelineOf(payment, steps, operations, reports),
    actions: actions.map((action) => actionView(action, payment)),
  };
}
