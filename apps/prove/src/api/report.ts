/** What a run found, for people and for programs. */
import type { Report, Result } from './prove.ts';
import type { Violation } from './violation.ts';
import type { Exchange } from './wire/http.ts';

/** What no server tells over HTTP. */
const unseen =
  'Not to be seen over HTTP: whether the gateway hears of a refund, and whether something is stored before it is called.';

export function isSound({ results }: Report): boolean {
  return results.every(({ violations }) => violations === 0);
}

export function reportText(report: Report): string {
  const { url, seed, races, ways, requests, seconds, results } = report;
  const played = results.filter(({ skipped }) => skipped === null);
  const broken = played.filter(({ violations }) => violations > 0);
  const width = Math.max(...results.map(({ name }) => name.length));
  const heading = lineOf(width, 'SCENARIO', 'RUNS', 'VIOLATIONS', 'WHAT MUST HOLD');
  const figures = `${requests} requests in ${seconds.toFixed(1)} s (--races ${races} --ways ${ways} --seed ${seed})`;
  const verdict =
    broken.length === 0
      ? `None of ${played.length} scenarios found a violation.`
      : `${broken.length} of ${played.length} scenarios found violations.`;
  const rows = results.flatMap((result) => rowsOf(result, width));
  return [`${url}: ${figures}`, '', heading, ...rows, '', unseen, verdict].join('\n');
}

const lineOf = (width: number, name: string, runs: string, violations: string, rest: string) =>
  `${name.padEnd(width)}  ${runs.padStart(5)}  ${violations.padStart(10)}  ${rest}`;

function rowsOf({ name, does, holds, runs, violations, example, skipped }: Result, width: number) {
  if (skipped !== null) return [lineOf(width, name, '-', '-', `left out: ${skipped}`)];
  const row = lineOf(width, name, String(runs), String(violations), `${does}: ${holds}`);
  if (!example) return [row];
  return [row, ...violationLines(example).map((line) => `    ${line}`)];
}

/** What was found, and a line for each request and its answer. */
export function violationLines({ message, exchanges }: Violation): readonly string[] {
  return [message, ...exchanges.map(shown)];
}

const shown = (exchange: Exchange): string => {
  const { request, response } = wireOf(exchange);
  return `${request} -> ${response}`;
};

const wireOf = ({ method, path, body, status, text }: Exchange) => ({
  request: short(`${method} ${path}${body === null ? '' : ` ${body}`}`),
  response: short(status === 0 ? text : `${status} ${text}`),
});

const mostCharacters = 220;

/** In one line, and not a long one. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters)}…`;
}

export function reportJson(report: Report): unknown {
  const { results, seconds, ...figures } = report;
  return {
    ...figures,
    seconds: Number(seconds.toFixed(1)),
    sound: isSound(report),
    results: results.map(({ example, ...result }) => ({
      ...result,
      example: example && { what: example.message, exchanges: example.exchanges.map(wireOf) },
    })),
  };
}
