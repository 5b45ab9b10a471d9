/** What the calls take and give, read off the server's router. */
import type { AppRouter } from '@florin/server/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Inputs = inferRouterInputs<AppRouter>['payments'];
type Outputs = inferRouterOutputs<AppRouter>['payments'];

/** A payment as Florin tells it. Amounts are decimal strings, times ISO 8601 in UTC. */
export type Payment = Outputs['get'];
/** Newest first; hand `nextCursor` in as `cursor` for the next page. */
export type PaymentPage = Outputs['list'];
export type CreatePayment = Inputs['create'];
export type RefundPayment = Inputs['refund'];
export type UpdatePaymentStatus = Inputs['updateStatus'];
export type ListPayments = NonNullable<Inputs['list']>;
export type ListPaymentsOfOrder = Inputs['listByOrder'];
