/**
 * The sandbox's page for the payer, at `next_action.url`: approve or decline. What the payer chooses is
 * a report of the sandbox, stored and applied by the same road as one that comes in signed.
 */
import { formatAmount, isId, type OperationId, refuse, uuidOf } from '@florin/core';
import {
  type Database,
  findMerchant,
  findOperation,
  findReport,
  type OperationOfPayment,
  type ProviderReport,
  type StoredReport,
} from '@florin/db';
import { Hono, type Context as HttpContext } from 'hono';
import type { Reports } from '../engine/apply-report.ts';
import { RefusalError } from '../engine/refusal-error.ts';
import type { Env } from '../observe.ts';
import { payerPath, referenceOf } from './sandbox.ts';
import { choicePage, messagePage, pageHeaders } from './sandbox-pages.ts';
import { reportOf } from './sandbox-report.ts';

const path = `${payerPath}/:merchant/:operation`;
type Choice = 'approved' | 'declined';

export function createSandboxPayer(database: Database, reports: Reports): Hono<Env> {
  const app = new Hono<Env>({ strict: false });

  app.get(path, async (http) => {
    const visit = await visitOf(database, http);
    if (!visit) return nothingHere(http);
    if (visit.earlier) return respond(http, visit, visit.earlier);
    return http.html(choicePage(visit.payment), 200, pageHeaders);
  });

  app.post(path, async (http) => {
    const visit = await visitOf(database, http);
    if (!visit) return nothingHere(http);
    if (visit.earlier) return respond(http, visit, visit.earlier);
    const choice = new URLSearchParams(await http.req.text()).get('outcome');
    if (choice !== 'approved' && choice !== 'declined') {
      const said = messagePage('Approve or decline?', 'Send outcome=approved or outcome=declined.');
      return http.html(said, 400, pageHeaders);
    }
    // Of two that come at once the first one's choice stands.
    const { stored } = await reports.store('sandbox', choiceOf(visit, choice));
    return respond(http, visit, stored);
  });

  app.all(path, () => {
    throw new RefusalError(refuse('method_not_allowed', { allow: ['GET', 'POST'] }));
  });

  /** What the payer chose, and what it made of the payment; applied now if it was not before. */
  async function respond(http: HttpContext<Env>, { operation }: Visit, report: StoredReport) {
    const standing = await reports.apply(report);
    const now = await findOperation(database, operation.merchantId, operation.id);
    const chosen = report.outcome.outcome === 'succeeded' ? 'Approved' : 'Declined';
    const said = {
      applied: `The payment is ${now?.payment.status}.`,
      waiting: 'The payment hears of it in a moment.',
      dead: standing.status === 'dead' ? standing.reason : '',
    };
    return http.html(messagePage(chosen, said[standing.status]), 200, pageHeaders);
  }

  return app;
}

interface Visit extends OperationOfPayment {
  /** What the payer chose earlier, on this page. */
  readonly earlier: StoredReport | null;
}

/** Null where no payer of a test merchant is waited for, nor has been here. */
async function visitOf(database: Database, http: HttpContext<Env>): Promise<Visit | null> {
  http.set('route', `${payerPath}/{merchant_id}/{operation_id}`);
  const { merchant: merchantId = '', operation: id = '' } = http.req.param();
  if (!isId('merchant', merchantId) || !isId('operation', id)) return null;
  const found = await findOperation(database, merchantId, id);
  if (found?.payment.provider !== 'sandbox') return null;
  const merchant = await findMerchant(database, merchantId);
  if (merchant?.mode !== 'test') return null;
  http.set('merchantId', merchantId);
  const earlier = await findReport(database, merchantId, 'sandbox', reportIdOf(id));
  return earlier || waitsForPayer(found) ? { ...found, earlier } : null;
}

/** Not any more once the payment is being voided: the sandbox does not take back what it has voided. */
function waitsForPayer({ payment, operation }: OperationOfPayment): boolean {
  return (
    operation.status === 'requires_action' &&
    payment.status === 'REQUIRES_ACTION' &&
    payment.openOperation === null
  );
}

function nothingHere(http: HttpContext<Env>) {
  const text = 'No payment waits for its payer here. It may be settled, cancelled or expired.';
  return http.html(messagePage('Nothing to pay', text), 404, pageHeaders);
}

/** From the operation: pressed twice, it is one report. */
const reportIdOf = (id: OperationId): string => `payer_${uuidOf(id)}`;

function choiceOf({ operation, payment }: Visit, choice: Choice): ProviderReport {
  const { id: operation_id, merchantId: merchant_id } = operation;
  const body = {
    merchant_id,
    operation_id,
    amount: formatAmount(operation.amount, payment.currency),
    currency: payment.currency,
    occurred_at: new Date().toISOString(),
    ...outcomes[choice](operation_id),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return reportOf(reportIdOf(operation_id), bytes.buffer);
}

const outcomes: Readonly<Record<Choice, (id: OperationId) => object>> = {
  approved: (id) => ({ outcome: 'succeeded', reference: referenceOf(id) }),
  declined: () => ({
    outcome: 'declined',
    failure: { code: 'payer_declined', message: 'The payer declined.' },
  }),
};
