/** What can be asked of `prove:api`: its options, and its help. */
import { Command, InvalidArgumentError, Option, type OutputConfiguration } from 'commander';
import { catalogue } from './prove.ts';

export interface Wanted {
  readonly url: string;
  readonly key?: string;
  readonly races: number;
  readonly ways: number;
  readonly seed?: number;
  readonly only?: readonly string[];
  readonly json?: true;
}

const help = `
Point it at a server that may keep what is made there: it creates, refunds and patches payments by the hundred.
The server must approve payments at once, as a test gateway does. It need not have keys, upper-case
statuses, or ids that are strings; what it is not able to do is left out, and the report says so.

Exit code: 0 nothing found, 1 a violation was found, 2 it could not be tested.

Scenarios, and what must hold:
${catalogue.map(({ name, does, holds }) => `  ${name.padEnd(21)} ${does}: ${holds}`).join('\n')}

Examples:
  npx -y pnpm prove:api --url http://127.0.0.1:8000 --key "$(cat .florin/api-key)"
  npx -y pnpm prove:api --url http://127.0.0.1:8001 --races 100 --ways 64 --only create-race refund-race
  npx -y pnpm --silent prove:api --url https://pay.example/api --key "$KEY" --json`;

/** It does not end the process: what it cannot parse it tells `output`, and throws as a CommanderError. */
export function createProgram(run: (wanted: Wanted) => Promise<void>, output: OutputConfiguration) {
  return new Command('prove:api')
    .description(
      'Holds a server of the payments contract to its rules, over HTTP alone: races, keys, statuses, amounts.',
    )
    .requiredOption('--url <url>', 'where it is, such as http://127.0.0.1:8000', parseUrl)
    .option('--key <key>', 'API key, sent as Authorization: Bearer (default: none)', parseKey)
    .addOption(
      new Option('--races <count>', 'how often each scenario is run')
        .argParser(count(1, 100_000))
        .default(20),
    )
    .addOption(
      new Option('--ways <count>', 'how many requests a race has at once')
        .argParser(count(2, 1_000))
        .default(16),
    )
    .option('--seed <number>', 'what is chosen at random (default: another each time)', count(0))
    .option('--only <scenarios...>', 'these instead of all', parseScenario)
    .option('--json', 'report as JSON, for programs')
    .addHelpText('after', help)
    .exitOverride()
    .configureOutput(output)
    .action(run);
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('It must be such as http://127.0.0.1:8000.');
  }
  return url.href.replace(/\/+$/, '');
}

function parseKey(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text.trim())) throw new InvalidArgumentError('It is no API key.');
  return text.trim();
}

/** One more of `--only`. */
function parseScenario(text: string, before: readonly string[] = []): readonly string[] {
  if (catalogue.some(({ name }) => name === text)) return [...before, text];
  throw new InvalidArgumentError('There is no such scenario: --help tells of all of them.');
}

const count =
  (least: number, most = 2 ** 31 - 1) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
