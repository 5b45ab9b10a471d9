/** `docs/CLI.md`: every command of `florin`, as its program has it. */
import type { Command } from 'commander';
import { more } from './help.ts';
import { commandsIn, createProgram, type Doing } from './program.ts';

const nothing = async (): Promise<void> => {};

/** Its commands do nothing: it is looked at. */
const idle: Doing = { run: nothing, verify: nothing, import: nothing, doctor: nothing };

export function cliDocument(): string {
  const [program, ...below] = commandsIn(createProgram(idle, {}));
  if (!program) throw new Error('There is no program.');
  // A group does nothing itself: its commands stand in the table, and have sections.
  const commands = below.filter(({ command }) => command.commands.length === 0);
  return [
    '# Every command',
    '',
    'Generated from `apps/server/src/cli/` by `npx -y pnpm run docs`. How they are used, with what they answer: [how-to/COMMAND-LINE.md](how-to/COMMAND-LINE.md).',
    '',
    `${program.command.description()} In a checkout it is \`npx -y pnpm florin\`, and has the server's [settings](SETTINGS.md). If a Florin runs there, a command joins its database; if none does, the command starts the embedded one, and stops it again. Missing migrations are run first (but by \`doctor\`).`,
    '',
    'With `--json` a command answers with JSON, in snake_case as REST does; add pnpm’s `--silent` so that nothing else stands on standard output. A command that fails prints one line on standard error and exits with 1. Durations are such as `30s`, `15m`, `24h` or `90d`. `--help` tells the same as this page.',
    '',
    '| command | |',
    '|---|---|',
    ...commands.map(
      ({ command, words }) =>
        `| [\`${words}\`](#${words.replaceAll(' ', '-')}) | ${command.description()} |`,
    ),
    '',
    ...commands.map(({ command, words }) => section(command, words)),
  ].join('\n');
}

function section(command: Command, words: string): string {
  const { notes, examples = [] } = more[words] ?? {};
  const [first = '', ...rest] = command.description();
  const lines = examples.map((example) => (typeof example === 'string' ? example : example[0]));
  return [
    `## ${words}`,
    '',
    `${first.toUpperCase()}${rest.join('')}.${notes === undefined ? '' : ` ${notes.replaceAll('\n', ' ')}`}`,
    '',
    '```text',
    `${words} ${command.usage()}`,
    '```',
    '',
    '| argument or option | default | |',
    '|---|---|---|',
    ...argumentRows(command),
    ...optionRows(command),
    '',
    lines.length > 1 ? 'Examples:' : 'Example:',
    '',
    '```text',
    ...lines,
    '```',
    '',
  ].join('\n');
}

const argumentRows = (command: Command): readonly string[] =>
  command.registeredArguments.map((argument) =>
    row(`<${argument.name()}>`, 'must be given', argument.description),
  );

/** Where an option's default is none of commander's, its description says it. */
const saidDefault = / \(default: (.*)\)$/;

const optionRows = (command: Command): readonly string[] =>
  command.options.map((option) => {
    const { flags, description, mandatory, defaultValue, defaultValueDescription } = option;
    const said = saidDefault.exec(description)?.[1];
    const value = defaultValueDescription ?? defaultValue;
    const fallback = value === undefined ? (said ?? '') : `\`${value}\``;
    const choices = option.argChoices?.map((choice) => `\`${choice}\``).join(', ');
    const about = description.replace(saidDefault, '');
    return row(
      flags,
      mandatory ? 'must be given' : fallback,
      choices === undefined ? about : `${about}: ${choices}`,
    );
  });

const row = (name: string, fallback: string, about: string): string =>
  `| \`${name}\` | ${fallback} | ${about.replaceAll('|', '\\|')} |`;
