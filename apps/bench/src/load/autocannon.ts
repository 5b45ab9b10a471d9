/** Load by autocannon, which comes along: in a process of its own, as it needs a core for itself. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../sample.ts';
import type { HttpLoad } from './load.ts';

const script = fileURLToPath(new URL('autocannon-process.ts', import.meta.url));

export function autocannon(load: HttpLoad, seconds: number): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const child = fork(script);
    child.once('message', (sample: Sample) => resolve(sample));
    child.once('exit', (code) => reject(new Error(`autocannon ended with ${code}.`)));
    child.send({ load, seconds });
  });
}
