/** A page's commands, in order, in one shell after the other: what is exported stays. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Block, blocksOf } from './blocks.ts';
import { root } from './copy.ts';
import { type Given, giveDatabase } from './databases.ts';
import { type Page, start } from './pages.ts';
import { differs } from './shown.ts';

export interface Walking {
  readonly checkout: string;
  /** For what must not stand in the checkout. */
  readonly folder: string;
  readonly port: string;
  readonly print: (line: string) => void;
}

interface Started {
  readonly command: string;
  stop(): Promise<void>;
}

/** A start installs everything first. */
const startMs = 300_000;
const answerMs = 10_000;

/** @throws Error at the first command that does not do what the page says */
export async function walk(page: Page, walking: Walking): Promise<void> {
  const { checkout, folder, print } = walking;
  await using opened = new AsyncDisposableStack();
  const given = page.database
    ? opened.adopt(await giveDatabase(folder, page.database), (it) => it.stop())
    : null;
  const kept = join(folder, `exported-${page.path.replaceAll('/', '-')}`);
  await writeFile(kept, '');
  const env = environment(join(folder, `data-${page.path.replaceAll('/', '-')}`), page, given);
  let running: readonly Started[] = [];
  opened.defer(async () => {
    for (const one of running.toReversed()) await one.stop();
  });

  const timed = async <T>(command: string, run: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await run();
    const seconds = (performance.now() - startedAt) / 1_000;
    print(
      `  ${seconds.toFixed(1).padStart(6)} s  ${command.trimEnd().replaceAll('\n', '\n            ')}`,
    );
    return result;
  };
  const launch = async (command: string): Promise<void> => {
    const before = running.find((one) => one.command === command);
    await before?.stop();
    running = running.filter((one) => one !== before);
    const at = { ...env, ...(/examples\//.test(command) ? {} : { PORT: walking.port }) };
    const script = `source ${kept}\n${command}`;
    running = [...running, await timed(command, () => started(command, script, checkout, at))];
  };

  if (page.isStarted) await launch(start);
  const blocks = await blocksOf(checkout, page.path);
  for (const [at, block] of blocks.entries()) {
    const command = given ? given.placed(block.text) : block.text;
    if (block.language === 'sql') await given?.administer(command);
    if (block.language !== 'sh') continue;
    if (block.word === 'ci') await holdToCi(command);
    else if (block.word === 'start') await launch(command);
    else {
      const expected = block.word === 'exits-1' ? 1 : 0;
      const script = `set -eo pipefail\nsource ${kept}\n${command}\nexport -p > ${kept}`;
      const answer = () => run(script, checkout, env, expected);
      await timed(command, () => answerAsShown(answer, shownBehind(blocks, at)));
    }
  }
}

/** A `text` that is an example is not of this run. */
function shownBehind(blocks: readonly Block[], at: number): Block | null {
  const next = blocks[at + 1];
  const isShown = next?.language === 'json' || (next?.language === 'text' && next.word === '');
  return isShown ? next : null;
}

/** What is asked for may be there a moment later, as an event's number is: a reader looks again. */
async function answerAsShown(answer: () => Promise<string>, shown: Block | null): Promise<void> {
  const printed = await answer();
  if (shown === null) return;
  const deadline = performance.now() + answerMs;
  let difference = differs(printed, shown);
  while (difference !== null && shown.text.includes('"number"') && performance.now() < deadline) {
    await sleep(100);
    difference = differs(await answer(), shown);
  }
  if (difference !== null) throw new Error(difference);
}

/** Without what a `pnpm` above this puts there: whoever is new here has their own Node. */
function environment(dataDir: string, page: Page, given: Given | null): NodeJS.ProcessEnv {
  const ours =
    /^(FLORIN_|DATABASE_URL$|PORT$|HOST$|NODE_OPTIONS$|INIT_CWD$|npm_(?!config_registry$)|pnpm_config_verify|PNPM_PACKAGE)/;
  // biome-ignore lint/style/noProcessEnv: handed on to the commands, as a shell does.
  const mine = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const env = Object.fromEntries(mine);
  const path = env['PATH']?.split(':').filter((folder) => !folder.includes('node_modules'));
  return {
    ...env,
    PATH: path?.join(':'),
    ...(page.isAlone ? { FLORIN_DATA_DIR: dataDir } : {}),
    ...given?.settings,
  };
}

async function run(
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  expected: number,
): Promise<string> {
  const child = spawn('bash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [printed, complained] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const [code] = await once(child, 'close');
  if (code === expected) return printed;
  throw new Error(`It exits with ${code}, not ${expected}: ${script}\n${printed}\n${complained}`);
}

/** Ready once it says where it listens. It leads a group of its own, which ends with it. */
async function started(
  command: string,
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Started> {
  const child = spawn('bash', ['-c', script], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await closed;
  };
  let printed = '';
  const listening = new Promise<boolean>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-10_000);
      if (/listen(s|ing) on http:\S+\n/.test(printed)) resolve(true);
    });
    void closed.then(() => resolve(false));
    setTimeout(() => resolve(false), startMs).unref();
  });
  if (await listening) return { command, stop };
  await stop();
  throw new Error(`It does not start: ${command}\n${printed}`);
}

async function holdToCi(command: string): Promise<void> {
  const lines = (await readFile(join(root, '.ci/run'), 'utf8')).split('\n');
  const missing = command
    .trimEnd()
    .split('\n')
    .filter((line) => !lines.includes(line));
  if (missing.length > 0) throw new Error(`.ci/run does not run ${missing.join(', ')}`);
}
