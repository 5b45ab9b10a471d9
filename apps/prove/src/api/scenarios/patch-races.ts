/** Reported statuses at once, and against creates: the rules hold however a status is reached. */
import type { Kit } from '../kit.ts';
import type { Scenario } from '../scenario.ts';
import { Violation } from '../violation.ts';
import { accepted, type Exchange } from '../wire/http.ts';
import { knownStatuses } from '../wire/payment.ts';
import { expectPaidOnce } from './expect.ts';

/** Payments of the order that are not successful, as many as half of the ways. */
async function opened(kit: Kit, order: string): Promise<readonly string[]> {
  const made: string[] = [];
  for (let n = 0; n < Math.max(2, kit.ways / 2); n++) made.push((await kit.open(order)).id);
  return made;
}

async function allSuccess(kit: Kit): Promise<void> {
  const order = kit.newOrder();
  const ids = await opened(kit, order);
  const answers = await kit.atOnce((n) => kit.patch(ids[n] ?? '', 'success'), ids.length);
  await expectPaidOnce(kit, order, answers);
}

/** As many creates for the order as there are payments of it, each of which is patched. */
const createsAndPatches = (kit: Kit, order: string, ids: readonly string[], to: () => string) =>
  kit.atOnce(
    (n) => (n % 2 === 0 ? kit.create({ order }) : kit.patch(ids[(n - 1) / 2] ?? '', to())),
    ids.length * 2,
  );

async function creates(kit: Kit): Promise<void> {
  const order = kit.newOrder();
  const ids = await opened(kit, order);
  const answers = await createsAndPatches(kit, order, ids, () => 'success');
  await expectPaidOnce(kit, order, answers);
}

const reports = ['success', 'refunded', 'cancelled', 'pending', 'failed', 'banana'] as const;

async function anything(kit: Kit): Promise<void> {
  const order = kit.newOrder();
  const ids = await opened(kit, order);
  const answers = await createsAndPatches(kit, order, ids, () => kit.random.oneOf(reports));
  const listed = await expectPaidOnce(kit, order, answers);
  for (const { id, status } of listed) {
    const told = answers.find((one) => one.method === 'PATCH' && one.payment?.id === id);
    if (!knownStatuses.has(status)) throw new Violation(`A payment is now "${status}"`, told);
    // Each had one PATCH, so it cannot have been successful in between.
    if (status === 'REFUNDED') throw new Violation('What was never paid is now refunded', told);
  }
}

/** What takes the mark of a payment off its order frees the order only if the money went back. */
async function offThePaid(kit: Kit): Promise<void> {
  const { id, order } = await kit.pay();
  const exchanges: Exchange[] = [];
  for (const status of ['cancelled', 'failed', 'pending']) {
    exchanges.push(await kit.patch(id, status), await kit.create({ order }));
    const [patch, create] = exchanges.slice(-2);
    if (create && accepted(create)) {
      throw new Violation('An order was charged again, and nothing was refunded', patch, create);
    }
  }
}

export const patchRaces: readonly Scenario[] = [
  {
    name: 'patch-race',
    does: 'PATCHes of several payments of one order to success at once',
    holds: 'one payment of the order is successful at most',
    needs: ['reports', 'opens'],
    run: allSuccess,
  },
  {
    name: 'create-patch-race',
    does: 'creates for one order, and PATCHes of its payments to success, at once',
    holds: 'one payment of the order is successful at most',
    needs: ['reports', 'opens'],
    run: creates,
  },
  {
    name: 'any-patch-race',
    does: 'creates for one order, and PATCHes of its payments to any status, at once',
    holds: 'the order is paid once, nothing is refunded that was not paid, no status is unknown',
    needs: ['reports', 'opens'],
    run: anything,
  },
  {
    name: 'patch-off-paid',
    does: 'PATCHes of a successful payment to cancelled, failed and pending, each with a create',
    holds: 'the order is not charged again while nothing was refunded',
    needs: ['reports'],
    run: offThePaid,
  },
];
