/** The verdicts as text: a table for people, JSON for programs, Markdown for docs/RELIABILITY.md. */
import { catcherOf, type Judged, partOf } from './judged.ts';
import { type Mutant, nameOf, type Verdict } from './mutant.ts';

const isSource = ({ mutant }: Verdict): boolean => mutant.kind === 'source';
const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
const changeOf = ({ sort, before, after }: Mutant): string =>
  `${sort}: ${before}${after === '' ? '' : ` -> ${after}`}`;

export function asTable(judged: Judged): string {
  const outcomeOf = (verdict: Verdict): string => {
    const reason = judged.equivalent.get(verdict);
    return reason === undefined ? catcherOf(verdict) || 'SURVIVED' : `equivalent: ${reason}`;
  };
  const rows = judged.verdicts.map((verdict) => [
    cut(verdict.mutant.where, 48),
    cut(changeOf(verdict.mutant), 72),
    outcomeOf(verdict),
    verdict.seconds.toFixed(1),
  ]);
  const head = ['where', 'mutant', 'caught by', 'seconds'];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return [...lines, '', ...conclusion(judged), ''].join('\n');
}

function conclusion({ verdicts, survivors, equivalent, stale }: Judged): readonly string[] {
  return [
    `${verdicts.length} mutants: ${verdicts.length - survivors.length - equivalent.size} caught, ` +
      `${survivors.length} survived, ${equivalent.size} equivalent`,
    ...survivors.map(({ mutant }) => `SURVIVED  ${mutant.where}  ${changeOf(mutant)}`),
    ...stale.map((name) => `Not equivalent, or no mutant: ${name}`),
  ];
}

export function asJson({ verdicts, survivors, equivalent, stale }: Judged): string {
  const named = ({ mutant, caughtBy, seconds }: Verdict) => {
    const { kind, where, sort, before, after } = mutant;
    return { kind, where, sort, before, after, caughtBy, seconds };
  };
  const report = {
    mutants: verdicts.map(named),
    survivors: survivors.map(named),
    equivalent: [...equivalent].map(([verdict, reason]) => ({ ...named(verdict), reason })),
    stale,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** By file and by table: how many mutants, how many of them caught, and by which tests most. */
export function asMarkdown(judged: Judged): string {
  const { verdicts, equivalent, survivors } = judged;
  const count = (of: readonly Verdict[], part: string) =>
    of.filter((verdict) => partOf(verdict) === part).length;
  const rowsOf = (some: readonly Verdict[]) =>
    [...new Set(some.map(partOf))].map((part) => {
      const here = some.filter((verdict) => partOf(verdict) === part);
      const [lost, same] = [count(survivors, part), count([...equivalent.keys()], part)];
      const caught = here.length - lost - same;
      const cells = [`\`${part}\``, here.length, caught, lost, same, mostly(here)];
      return `| ${cells.join(' | ')} |`;
    });
  const table = (title: string, some: readonly Verdict[]) => [
    `| ${title} | mutants | caught | survived | equivalent | caught first, mostly, by |`,
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rowsOf(some),
    '',
  ];
  const inCode = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  return [
    ...table('rules of', verdicts.filter(isSource)),
    ...table(
      'constraints and rights on',
      verdicts.filter((verdict) => !isSource(verdict)),
    ),
    `${conclusion(judged)[0]}.`,
    '',
    ...(equivalent.size === 0 ? [] : ['| equivalent | why |', '| --- | --- |']),
    ...[...equivalent].map(([{ mutant }, reason]) => `| ${inCode(nameOf(mutant))} | ${reason} |`),
    '',
  ].join('\n');
}

function mostly(verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const catcher of verdicts.map(catcherOf).filter(Boolean)) {
    counts.set(catcher, (counts.get(catcher) ?? 0) + 1);
  }
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, 3);
  return most.map(([name]) => `\`${name}\``).join(', ');
}
