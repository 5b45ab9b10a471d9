/**
 * `pnpm bench:plot bench.json docs/performance`: the growth of a payment's cost, drawn from what
 * `pnpm bench --json` printed.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { BatchCost } from './sections/growth.ts';
import type { SizeCost } from './sections/size.ts';

interface Report {
  readonly batches?: readonly BatchCost[];
  readonly sizes?: { readonly costs: readonly SizeCost[] };
}

interface Point {
  readonly x: number;
  readonly us: number;
  readonly of: string;
}

/** Microseconds a payment over a quantity that grows by factors. */
const chart = (title: string, x: string, points: readonly Point[]): TopLevelSpec => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 480,
  height: 260,
  background: 'white',
  title,
  data: { values: [...points] },
  mark: { type: 'line', point: true },
  encoding: {
    x: { field: 'x', type: 'quantitative', scale: { type: 'log' }, title: x },
    y: { field: 'us', type: 'quantitative', title: 'µs a payment', scale: { zero: true } },
    color: { field: 'of', type: 'nominal', title: null },
  },
});

async function draw(file: string, spec: TopLevelSpec): Promise<void> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  await writeFile(file, `${await view.toSVG()}\n`);
}

const { args } = new Command('bench:plot')
  .argument('<report>', 'what `pnpm bench --json` printed')
  .argument('<folder>', 'where the pictures go')
  .parse();
const [file = '', folder = ''] = args;
const { batches = [], sizes }: Report = JSON.parse(await readFile(file, 'utf8'));
await mkdir(folder, { recursive: true });
if (batches.length > 0) {
  const points = batches.flatMap(({ batch, wall, florin, database }) => [
    { x: batch, us: wall, of: 'from start to end' },
    { x: batch, us: florin, of: 'CPU of Florin' },
    { x: batch, us: database, of: 'CPU of PostgreSQL' },
  ]);
  const spec = chart('A payment by the size of its batch', 'payments in a batch', points);
  await draw(join(folder, 'by-batch.svg'), spec);
}
if (sizes) {
  const points = sizes.costs.flatMap(({ payments, server, database }) => [
    { x: payments, us: server, of: 'CPU of Florin' },
    { x: payments, us: database, of: 'CPU of PostgreSQL' },
  ]);
  const spec = chart('A payment by the size of its table', 'payments in the table', points);
  await draw(join(folder, 'by-table.svg'), spec);
}
