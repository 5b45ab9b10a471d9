/** Load over HTTP: by wrk where it is installed, which takes least from the server, else autocannon. */
import { spawnSync } from 'node:child_process';
import type { Sample } from '../sample.ts';
import { autocannon } from './autocannon.ts';
import type { HttpLoad } from './load.ts';
import { wrk } from './wrk.ts';

export const loadTool = spawnSync('wrk', ['--version']).error ? 'autocannon' : 'wrk';

export function loadHttp(load: HttpLoad, seconds: number): Promise<Sample> {
  return loadTool === 'wrk' ? wrk(load, seconds) : autocannon(load, seconds);
}
