/** What a command answers, and how it is shown: to people aligned, to programs as JSON. */

export interface Answer {
  /** For people, without a last newline. */
  readonly text: string;
  /** For programs; its names go out in snake_case, as over REST. */
  readonly json: unknown;
}

/** A command cannot do what it was asked; the message is one line that says what to do next. */
export class CommandError extends Error {}

type Cell = string | number | null | readonly string[];

/** Rows under a heading of their own names, each column as wide as it must be; null is `-`. */
export function table(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => textOf(row[name] ?? null))),
  ];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => widthOf(line[at] ?? ''))));
  return lines
    .map((line) =>
      line.map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n');
}

function textOf(cell: Cell): string {
  if (cell === null) return '-';
  return typeof cell === 'object' ? cell.join(',') : String(cell);
}

const widthOf = (text: string): number => [...text].length;

/** A time (ms since the epoch) as `2026-11-23 15:45:10Z`; null stays null. */
export function shownTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}

/** A time (ms since the epoch) in ISO 8601, UTC, as over REST; null stays null. */
export function wireTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
