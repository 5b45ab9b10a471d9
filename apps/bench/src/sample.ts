/** What a run of one side came to, and two sides in turn: A B A B …, by their medians. */

export interface Sample {
  readonly perSecond: number;
  /** Milliseconds until the answer. */
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  /** Answers that were no success, and requests that got none. */
  readonly failed: number;
}

/** One of those that are compared. */
export interface Side {
  readonly name: string;
  measure(seconds: number): Promise<Sample>;
}

export interface Compared {
  /** Medians over the rounds. */
  readonly a: Sample;
  readonly b: Sample;
  /** Of A over B, the median of the rounds' own ratios. */
  readonly ratio: { readonly perSecond: number; readonly p50: number };
}

export interface Pace {
  /** How often each side has its turn. */
  readonly rounds: number;
  /** How long a turn takes. */
  readonly seconds: number;
}

export async function compare(a: Side, b: Side, { rounds, seconds }: Pace): Promise<Compared> {
  const pairs: (readonly [Sample, Sample])[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push([await measured(a, seconds), await measured(b, seconds)]);
  }
  const ratios = (of: (sample: Sample) => number) => median(pairs.map(([x, y]) => of(x) / of(y)));
  return {
    a: medianOf(pairs.map(([x]) => x)),
    b: medianOf(pairs.map(([, y]) => y)),
    ratio: {
      perSecond: ratios(({ perSecond }) => perSecond),
      p50: ratios(({ p50 }) => p50),
    },
  };
}

/** @throws where a request failed: what does not work is not fast */
export async function measured(side: Side, seconds: number): Promise<Sample> {
  const sample = await side.measure(seconds);
  if (sample.failed > 0 || sample.count === 0) {
    throw new Error(`${side.name}: ${sample.failed} of ${sample.count} requests failed.`);
  }
  return sample;
}

/** Each figure's own median. */
function medianOf(samples: readonly Sample[]): Sample {
  const of = (figure: (sample: Sample) => number) => median(samples.map(figure));
  return {
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    count: of(({ count }) => count),
    failed: of(({ failed }) => failed),
  };
}

/** Of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(
    Math.ceil(middle) - 1,
    Math.floor(middle) + 1,
  );
  return (low + high) / 2;
}
