/**
 * `pnpm prove:docs`: the documents' commands, as whoever is new here runs them: in a fresh folder, page by
 * page, word by word, each answer held to what the page shows. It prints how long each takes.
 *
 *   block   what stands between three ticks; its words say what is done with it
 *   `sh`         is run, and must succeed; a `json` or `text` right behind it is what it prints
 *   `sh exits-1` is run, and must exit with 1
 *   `sh start`   is left running, once it says where it listens, to the end of the page
 *   `sh ci`      is what `.ci/run` runs, word by word
 *   `sql`        is run by an administrator of the page's database
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { copyCheckout, setPorts } from './copy.ts';
import { type Page, pages } from './pages.ts';
import { walk } from './walk.ts';

const names = pages.map(({ path }) => path);
const program = new Command('prove:docs')
  .description("Runs the documents' commands in a fresh copy of this checkout.")
  .argument('[page...]', `some of ${names.join(', ')} (default: all)`)
  .option('--port <port>', 'where Florin listens; the port after it is the order service’s', '8000')
  .parse();
const wanted = program.args;
const { port } = program.opts<{ readonly port: string }>();
const strangers = wanted.filter((name) => !names.includes(name));
if (strangers.length > 0) program.error(`There is no page ${strangers.join(', ')}.`);
const chosen = pages.filter(({ path }) => wanted.length === 0 || wanted.includes(path));

const folder = await mkdtemp(join(tmpdir(), 'florin-docs-'));
const print = (line: string) => process.stdout.write(`${line}\n`);
let failed = 0;
try {
  const checkout = join(folder, 'florin');
  await copyCheckout(checkout);
  if (port !== '8000') await setPorts(checkout, Number(port));
  if (chosen.every(({ path }) => path !== 'README.md')) await install(checkout);
  for (const page of chosen) failed += (await tryPage(page, checkout)) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
print(failed === 0 ? '\nEach command does what its page says.' : `\n${failed} pages are wrong.`);
process.exitCode = failed === 0 ? 0 : 1;

/** As the README's first command does. */
async function install(checkout: string): Promise<void> {
  const child = spawn('npx', ['-y', 'pnpm', 'install', '--frozen-lockfile'], {
    cwd: checkout,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('The copy cannot be installed.');
}

async function tryPage(page: Page, checkout: string): Promise<boolean> {
  print(`\n${page.path}`);
  const startedAt = performance.now();
  try {
    await walk(page, { checkout, folder, port, print });
    print(`  ${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s in all`);
    return true;
  } catch (error) {
    print(`  WRONG: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
