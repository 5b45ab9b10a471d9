/** Load by wrk. Its script, in Lua, is made from the requests. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ask, runName, scrambleFactor, scrambleModulus, type Template } from '../requests.ts';
import type { Sample } from '../sample.ts';
import { stepMs } from '../seed.ts';
import type { HttpLoad } from './load.ts';

/** Seconds after which wrk takes a request for lost. */
const timeoutSeconds = 30;

export async function wrk(load: HttpLoad, seconds: number): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-bench-'));
  try {
    const script = join(folder, 'load.lua');
    await writeFile(script, scriptOf(load));
    // One thread: more of them take from the server what they don't need.
    const flags = ['-t1', `-c${load.connections}`, `-d${seconds}s`, `--timeout=${timeoutSeconds}s`];
    const { stdout } = await promisify(execFile)('wrk', [...flags, '-s', script, load.url]);
    return JSON.parse(stdout.slice(stdout.indexOf('{')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A Lua expression that makes the text. */
const expression = (template: Template): string =>
  template
    .map((part) => (typeof part === 'string' ? `[==[${part}]==]` : `${part.fill}()`))
    .join('..');

const branch = ({ method, path, body }: Ask, upTo: number): string => `
  if chosen <= ${upTo} then
    return wrk.format("${method}", ${expression(path)}, headers, ${body ? expression(body) : 'nil'})
  end`;

function scriptOf({ key, asks, seeded }: HttpLoad): string {
  let total = 0;
  const branches = asks.map((ask) => {
    total += ask.weight;
    return branch(ask, total);
  });
  const pick = (name: string, value: string) => `local function ${name}() return ${value} end`;
  return `
local headers = { ["Authorization"] = "Bearer ${key}", ["Content-Type"] = "application/json" }
local n, name, seeded = 0, "", 1
local function fresh() return name end
local function one() return math.random(${Math.max(seeded.count, 1)}) end
${pick('payment', `(function(i) return string.format("pay_%012x70008000%012x", ${seeded.firstAt} + i * ${stepMs}, i) end)(one())`)}
${pick('order', `(function(i) return string.format("order-%08x-seed-%d", (i * ${scrambleFactor}) % ${scrambleModulus}, i) end)(one())`)}
${pick('time', `os.date("!%Y-%m-%dT%H:%M:%SZ", (${seeded.firstAt} + one() * ${stepMs}) / 1000)`)}
function init() math.randomseed(${Date.now() % 1_000_000}) end
function request()
  n = n + 1
  name = string.format("%08x-${runName()}-%d", (n * ${scrambleFactor}) % ${scrambleModulus}, n)
  local chosen = math.random(${total})
  ${branches.join('\n')}
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"perSecond": %f, "p50": %f, "p99": %f, "count": %d, "failed": %d}',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.requests,
    e.status + e.connect + e.read + e.write + e.timeout))
end
`;
}
