/** Load by the SDK: concurrent callers in one process of their own, as a service that uses it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
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

interface Callers {
  readonly child: ChildProcess;
  readonly ended: Promise<never>;
}

/** One process for all turns: a service that uses the SDK runs on, and is warm. It ends with this one. */
let callers: Callers | null = null;

function startCallers(): Callers {
  const child = fork(script);
  const ended = once(child, 'exit').then(([code]) => {
    callers = null;
    throw new Error(`The SDK's callers ended with ${code}.`);
  });
  ended.catch(() => {});
  return { child, ended };
}

export async function loadSdk(load: SdkLoad, seconds: number): Promise<Sample> {
  callers ??= startCallers();
  const { child, ended } = callers;
  child.ref();
  child.channel?.ref();
  child.send({ load, seconds });
  const [sample] = await Promise.race([once(child, 'message'), ended]);
  // Between turns it keeps nobody from ending.
  child.channel?.unref();
  child.unref();
  return sample;
}
