/** A fresh copy of this checkout: what a clone of it would be, with what is not committed yet. */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '../../../..');

async function filesOf(): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 64 << 20 });
  return stdout.split('\0').filter((path) => path !== '');
}

export async function copyCheckout(to: string): Promise<void> {
  for (const path of await filesOf()) {
    await cp(join(root, path), join(to, path)).catch((error: NodeJS.ErrnoException) => {
      // Deleted, and not committed yet.
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** For a machine where the documents' ports are taken: the copy has others. */
export async function setPorts(checkout: string, florin: number): Promise<void> {
  for (const path of await filesOf()) {
    if (!/\.(md|json)$|^examples\/.*\.ts$|^packages\/sdk\/examples\//.test(path)) continue;
    const text = await readFile(join(checkout, path), 'utf8').catch(() => '');
    const changed = text
      .replaceAll('127.0.0.1:8000', `127.0.0.1:${florin}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${florin + 1}`)
      .replaceAll('?? 3000', `?? ${florin + 1}`);
    if (changed !== text) await writeFile(join(checkout, path), changed);
  }
}
