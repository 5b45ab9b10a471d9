/** Load by the SDK: concurrent callers in one process of their own, as a service that uses it. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RowName } from '../requests.ts';
import type { Sample } from '../sample.ts';
import type { Seeded } from '../seed.ts';

export interface SdkLoad {
  readonly url: string;
  readonly key: string;
  readonly row: RowName;
  readonly seeded: Seeded;
  readonly callers: number;
}

const script = fileURLToPath(new URL('sdk-process.ts', import.meta.url));

export function loadSdk(load: SdkLoad, seconds: number): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const child = fork(script);
    child.once('message', (sample: Sample) => resolve(sample));
    child.once('exit', (code) => reject(new Error(`The SDK's callers ended with ${code}.`)));
    child.send({ load, seconds });
  });
}
