/** Help that people can use: of every command, what it does, what each option means, and an example. */
import { expect, it } from 'vitest';
import { more } from '../src/cli/help.ts';
import { createProgram, type Doing } from '../src/cli/program.ts';
import { florinHere } from './cli.ts';

const commands = [
  [],
  ['merchants'],
  ['merchants', 'create'],
  ['merchants', 'list'],
  ['keys'],
  ['keys', 'create'],
  ['keys', 'list'],
  ['keys', 'revoke'],
  ['keys', 'rotate'],
  ['verify'],
  ['doctor'],
  ['import'],
  ['import', 'django'],
];

/** No settings: help must need no database. */
const help = (command: readonly string[]) => florinHere({ PORT: 'none' }, ...command, '--help');

it.each(commands.map((command) => [command]))('florin %j', async (command) => {
  const { code, stdout, stderr } = await help(command);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`Usage: ${['florin', ...command].join(' ')}`);
  expect(stdout).toMatch(/^(Examples?|First steps):\n {2}florin /m);
  expect(stdout).not.toContain('undefined');
  const lines = stdout.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  // An option or a command of which nothing is said would stand alone, no line below it.
  const alone = lines.filter((line, at) => {
    const isTerm = /^ {2}(-|[a-z]+ ?(\[|$))/.test(line) && !/ {2,}\S/.test(line.trim());
    return isTerm && !/^ {4,}\S/.test(lines[at + 1] ?? '');
  });
  expect(alone).toEqual([]);
});

it('tells of every command', async () => {
  const listed = async (command: readonly string[]) => {
    const { stdout } = await help(command);
    const [, list = ''] = /^Commands:\n((?: .*\n)+)/m.exec(stdout) ?? [];
    return [...list.matchAll(/^ {2}([a-z]+)/gm)]
      .map(([, name]) => name)
      .filter((it) => it !== 'help');
  };
  const groups = await Promise.all(['merchants', 'keys', 'import'].map((name) => listed([name])));
  expect(await listed([])).toEqual(['merchants', 'keys', 'verify', 'doctor', 'import']);
  expect(groups).toEqual([['create', 'list'], ['create', 'list', 'revoke', 'rotate'], ['django']]);
});

const lines = Object.values(more).flatMap(({ examples }) =>
  examples.map((example) => (typeof example === 'string' ? example : example[0])),
);

it.each(lines)('%s: is a command line that is understood', async (line) => {
  const asked: string[] = [];
  const note = (name: string) => async () => void asked.push(name);
  const doing: Doing = {
    run: note('run'),
    verify: note('verify'),
    import: note('import'),
    doctor: note('doctor'),
  };
  const [, ...args] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, one, other]) => one ?? other);
  const words = args.filter((arg) => arg !== undefined);
  await createProgram(doing, {}).parseAsync(words, { from: 'user' });
  expect(asked).toHaveLength(1);
});
