/** The licenses of what the package has in it of others. */
import { readdir, readFile } from 'node:fs/promises';

/** @param modules the files that were bundled */
export async function licensesOf(modules: readonly string[]): Promise<string> {
  const folders = modules.flatMap(
    (id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [],
  );
  const texts = await Promise.all([...new Set(folders)].sort().map(licenseIn));
  return texts.join(`\n${'-'.repeat(72)}\n\n`);
}

async function licenseIn(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : await readFile(`${folder}/${file}`, 'utf8');
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`;
}
