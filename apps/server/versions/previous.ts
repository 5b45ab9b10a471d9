/** The previous version of Florin, out of the repository's history, with the dependencies at hand. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const workspaces = ['packages/core', 'packages/db', 'apps/server'] as const;

/** The last commit before payments got captures, a feed and reports: before migration 0003. */
const previousCommit = '7979f62';

export interface Previous extends Disposable {
  /** The script that starts its server. */
  readonly mainScript: string;
}

/** @throws where the history is not there: a shallow clone has to be made a whole one */
export function checkOutPrevious(): Previous {
  const folder = mkdtempSync(join(tmpdir(), 'florin-previous-'));
  const archive = execFileSync('git', ['archive', previousCommit, ...workspaces], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  for (const workspace of workspaces) linkDependencies(workspace, folder);
  standIn(folder);
  return {
    mainScript: join(folder, 'apps/server/src/main.ts'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Each dependency as this version has it; Florin's own packages as the previous version has them. */
function linkDependencies(workspace: string, folder: string): void {
  const installed = join(root, workspace, 'node_modules');
  const linked = join(folder, workspace, 'node_modules');
  for (const name of existsSync(installed) ? readdirSync(installed) : []) {
    if (name.startsWith('.') || name === '@florin') continue;
    if (!name.startsWith('@')) {
      link(join(installed, name), linked, name);
      continue;
    }
    for (const scoped of readdirSync(join(installed, name))) {
      link(join(installed, name, scoped), join(linked, name), scoped);
    }
  }
  for (const own of ['core', 'db']) {
    link(join(folder, 'packages', own), join(linked, '@florin'), own);
  }
}

/** A dependency of the previous version that this one has no more, made of the one that took its place. */
function standIn(folder: string): void {
  const uuid = join(folder, 'packages/db/node_modules/uuid');
  mkdirSync(uuid);
  writeFileSync(join(uuid, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
  writeFileSync(join(uuid, 'index.js'), "export { uuidv7 as v7 } from 'uuidv7';");
}

function link(target: string, folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(realpathSync(target), join(folder, name));
}
