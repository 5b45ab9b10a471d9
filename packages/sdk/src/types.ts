/** What the calls take and give, read off the server's router. */
import type { AppRouter } from '@florin/server/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

/** A payment as Florin tells it. Amounts are decimal strings, times ISO 8601 in UTC. */
export type Payment = Outputs['payments']['get'];
/** Newest first; hand `nextCursor` in as `cursor` for the next page. */
export type PaymentPage = Outputs['payments']['list'];
/** How a payment came to be as it is, and what may be done with it next. */
export type Explanation = Outputs['payments']['explain'];
export type CreatePayment = Inputs['payments']['create'];
export type CapturePayment = Inputs['payments']['capture'];
export type CancelPayment = Inputs['payments']['cancel'];
export type RefundPayment = Inputs['payments']['refund'];
export type UpdatePaymentStatus = Inputs['payments']['updateStatus'];
export type ResolvePayment = Inputs['payments']['resolve'];
export type ListPayments = NonNullable<Inputs['payments']['list']>;
export type ListPaymentsOfOrder = Inputs['payments']['listByOrder'];

/** Money on its way back to the payer. */
export type Refund = Outputs['refunds']['get'];
export type RefundPage = Outputs['refunds']['listByPayment'];
export type ListRefundsOfPayment = Inputs['refunds']['listByPayment'];

/** That a payment changed: who did it, and the payment as it then was. */
export type Event = Outputs['events']['list']['items'][number];
export type EventPage = Outputs['events']['list'];
export type ListEvents = NonNullable<Inputs['events']['list']>;
export type ListEventsOfPayment = Inputs['events']['listByPayment'];

/** What the merchant's accounts come to, in one currency. */
export type Balance = Outputs['balances']['list']['items'][number];
