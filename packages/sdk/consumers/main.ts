/**
 * Installs the packed package where others install it, and runs their tests: each folder here is a
 * project of its own. `pnpm test:consumers` runs all of them, or those that it is told.
 */
import { readdir, rm } from 'node:fs/promises';
import { startServer } from '../test/server.ts';
import { checkPackage } from './package.ts';
import { run } from './run.ts';
import { stage } from './stage.ts';

const folders = (await readdir(import.meta.dirname, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? folders : wanted;
const strangers = chosen.filter((name) => !folders.includes(name));
if (strangers.length > 0) throw new Error(`There is no consumer ${strangers.join(', ')}.`);

const began = performance.now();
const staged = await stage(import.meta.dirname, folders);
let failed = false;
try {
  await checkPackage(staged.tarball);
  await using server = await startServer();
  const env = { FLORIN_URL: server.url, FLORIN_KEY: server.apiKey };
  for (const name of chosen) {
    const started = performance.now();
    const passed = await run('pnpm', ['--silent', 'test'], `${staged.folder}/${name}`, env).then(
      () => true,
      () => false,
    );
    failed ||= !passed;
    process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name}  ${seconds(started)} s\n`);
  }
} finally {
  await rm(staged.folder, { recursive: true, force: true });
}
process.stdout.write(`${chosen.length} consumers, ${seconds(began)} s in all\n`);
process.exitCode = failed ? 1 : 0;

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
