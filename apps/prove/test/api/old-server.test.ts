/** The kit against the replaced system, and against servers with one fault more or less than it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogue, prove, type Report } from '../../src/api/prove.ts';
import { type Fault, oldFaults } from './faults.ts';
import { oldKey, startOld } from './old-server.ts';

const settings = { key: oldKey, races: 1, ways: 6, seed: 7 };

async function tested(faults: readonly Fault[], only?: readonly string[]): Promise<Report> {
  await using server = await startOld(faults);
  return await prove({ ...settings, url: server.url, only });
}

const names = catalogue.map(({ name }) => name);

const caught = ({ results }: Report): readonly string[] =>
  results.flatMap(({ name, violations }) => (violations > 0 ? [name] : []));

/** What is wrong with the old one, and the scenarios that find it. */
const counts: readonly (readonly [readonly Fault[], readonly string[]])[] = [
  [['create race'], ['create-race', 'all-orders']],
  [['one key race'], ['one-key-race']],
  [
    ['one key race', 'key order'],
    ['one-key-race', 'key-reuse-race'],
  ],
  [['refund race'], ['refund-race', 'all-refunds']],
  [['refund race', 'from refunded'], ['refund-patch-race']],
  [['patch order'], ['patch-race', 'patch-order-rule']],
  [['patch order', 'create race'], ['create-patch-race']],
  [['patch order', 'create race', 'any status', 'patch refund'], ['any-patch-race']],
  [['key order'], ['key-other-order']],
  [['key amount'], ['key-other-amount']],
  [['key currency'], ['key-other-currency']],
  [['any status'], ['patch-unknown', 'all-statuses']],
  [['patch refund'], ['patch-refund-rule']],
  [['from success'], ['patch-off-paid']],
  [['from refunded'], ['refunded-to-success']],
  [['from failed'], ['failed-to-success']],
  [['from cancelled'], ['cancelled-to-success']],
  [['negative'], ['amount-negative']],
  [['zero'], ['amount-zero']],
  [['decimals'], ['amount-decimals', 'amount-float']],
  [['text'], ['amount-text']],
  [['huge'], ['amount-huge']],
  [['floats'], ['amount-as-text', 'amount-huge', 'amount-float']],
  [['updated_at'], ['updated-at']],
  [['refund unrecorded'], ['refund-recorded']],
  [['no history'], ['history']],
  [['no keys'], ['without-key']],
  [['unbounded list'], ['list-bounded']],
];
const found = new Set(counts.flatMap(([, scenarios]) => scenarios));

/**
 * What even the old one does right: one such fault in a server that is sound otherwise, the scenarios
 * that find it, and others that bring it about where those only look.
 */
const others: readonly (readonly [Fault, readonly string[], readonly string[]])[] = [
  ['order rule', ['order-paid'], []],
  ['refund rule', ['refund-again', 'refund-unsuccessful'], []],
  ['refund race', ['part-refund-race'], []],
  ['refund sum', ['refund-too-much'], []],
  ['replay', ['replay'], []],
  ['rounds', ['amount-kept'], []],
  ['forgets', ['all-consistent'], ['patch-race']],
  ['rewrites', ['all-consistent'], ['cancelled-to-success']],
  ['one version', ['all-consistent'], ['refund-again']],
  ['5xx', ['refund-unsuccessful', 'all-answered'], []],
];

describe('the old server', () => {
  let report: Report;
  beforeAll(async () => {
    report = await tested(oldFaults);
  });

  it.each(counts)('with %j is caught by %j', (_, scenarios) => {
    expect(caught(report)).toEqual(expect.arrayContaining([...scenarios]));
  });

  it('is not caught where it is right', () => {
    expect(caught(report).filter((name) => !found.has(name))).toEqual([]);
  });

  it('is told by requests and answers', () => {
    const { example } = report.results.find(({ name }) => name === 'refund-race') ?? {};
    expect(example?.message).toBe('6 of 6 refunds in full at once were accepted');
    expect(example?.exchanges[0]).toMatchObject({
      method: 'POST',
      path: expect.stringMatching(/^\/payments\/\d+\/refund\/$/),
      status: 200,
      text: expect.stringContaining('"status":"refunded"'),
    });
  });
});

describe('with that mended, and nothing else', () => {
  it.each(counts)('%j is no longer caught by %j', async (faults, scenarios) => {
    const rest = oldFaults.filter((fault) => !faults.includes(fault));
    const { results } = await tested(rest, scenarios);
    expect(results.map(({ name, violations }) => [name, violations])).toEqual(
      results.map(({ name }) => [name, 0]),
    );
    // It was not just left out.
    expect(results.map(({ runs }) => runs > 0)).toEqual(scenarios.map(() => true));
  });
});

describe('a server that is sound', () => {
  it('passes everything', async () => {
    const report = await tested([]);
    expect(caught(report)).toEqual([]);
    expect(report.results.filter(({ skipped }) => skipped !== null)).toEqual([]);
    expect(report.results.map(({ name }) => name)).toEqual(names);
  });

  it.each(others)('but for %j is caught by %j', async (fault, scenarios, causes) => {
    expect(caught(await tested([fault], [...scenarios, ...causes]))).toEqual(scenarios);
  });

  it('can be caught by every scenario', () => {
    const all = new Set([...found, ...others.flatMap(([, scenarios]) => scenarios)]);
    expect(names.filter((name) => !all.has(name))).toEqual([]);
  });
});
