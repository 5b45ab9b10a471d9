/** What others' tools say of the packed package: whether every way to import it finds what it should. */
import { resolve } from 'node:path';
import { run } from './run.ts';

/** Node 20 and newer resolve by `exports`; what came before is not promised, and not looked at. */
export function checkPackage(tarball: string): Promise<void> {
  const sdk = resolve(import.meta.dirname, '..');
  return run('pnpm', ['--silent', 'run', 'check:package'], sdk, { TARBALL: tarball });
}
