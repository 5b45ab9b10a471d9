/**
 * Builds `dist/`: ESM, CJS, and declarations. All of it stands alone: tRPC's client, the table of
 * currencies and core's types are in it, so that whoever installs it installs nothing else.
 */
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bundleCode } from './code.ts';
import { bundleDeclarations } from './declarations.ts';
import { licensesOf } from './licenses.ts';
import { checkSize } from './size.ts';

const root = resolve(import.meta.dirname, '..');
const dist = resolve(root, 'dist');
const emitted = resolve(root, '.types');

for (const folder of [emitted, dist]) await rm(folder, { recursive: true, force: true });
const bundled = await bundleCode(root, dist);
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
await bundleDeclarations(root, emitted, dist);
await writeFile(resolve(dist, 'THIRD-PARTY-LICENSES.txt'), await licensesOf(bundled));
await checkSize(resolve(dist, 'index.mjs'));
