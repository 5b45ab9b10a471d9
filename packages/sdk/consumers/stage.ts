/** The consumers, copied out of the repository and installed from the packed package. */
import { cp, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from './run.ts';

export interface Staged {
  /** Where the consumers are. */
  readonly folder: string;
  readonly tarball: string;
}

/** One install for all of them: each has its own `node_modules`, and what they share is fetched once. */
const workspace = `packages: ['*']
pmOnFail: ignore
minimumReleaseAge: 1440
`;

export async function stage(source: string, names: readonly string[]): Promise<Staged> {
  const sdk = resolve(source, '..');
  const folder = await mkdtemp(join(tmpdir(), 'florin-consumers-'));
  await run('pnpm', ['--silent', 'build'], sdk);
  await run('pnpm', ['--silent', 'pack', '--pack-destination', folder], sdk);
  const [packed = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  const tarball = join(folder, 'florin-sdk.tgz');
  await rename(join(folder, packed), tarball);
  for (const name of names) await cp(join(source, name), join(folder, name), { recursive: true });
  // What is written once and compiled by two compilers.
  await cp(join(source, 'typescript-5.9'), join(folder, 'typescript-7'), {
    recursive: true,
    filter: (path) => !path.endsWith('package.json'),
  });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await writeFile(join(folder, 'pnpm-workspace.yaml'), workspace);
  await run('pnpm', ['install', '--silent', '--prefer-offline', '--no-frozen-lockfile'], folder);
  return { folder, tarball };
}
