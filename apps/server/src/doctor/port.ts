/** Whether the server could listen where it is told to. */
import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import { type Finding, well, wrong } from './finding.ts';

export async function lookAtPort({ host, port }: Config): Promise<Finding> {
  const code = await tryToListen(host, port);
  const where = `${host}:${port}`;
  if (code === null) return well('port', `${where} is free`);
  if (code === 'EADDRINUSE') {
    if (await isFlorin(host, port)) return well('port', `a Florin listens on ${where}`);
    return wrong('port', `${where} is taken by another program`, 'Set PORT to another one.');
  }
  if (code === 'EACCES') {
    return wrong('port', `this user may not listen on ${where}`, 'Set PORT to one above 1023.');
  }
  return wrong(
    'port',
    `${where} cannot be listened on (${code})`,
    'Set HOST to an address of this machine, such as 127.0.0.1.',
  );
}

/** @returns why not, or null */
function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Whoever answers `/health` and `/ready` as Florin does. */
async function isFlorin(host: string, port: number): Promise<boolean> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const ask = async (path: string): Promise<string> => {
    const signal = AbortSignal.timeout(2_000);
    return (await fetch(`http://${reachable}:${port}${path}`, { signal })).text();
  };
  const answers = await Promise.all([ask('/health'), ask('/ready')]).catch(() => []);
  return answers[0] === '{"status":"ok"}' && /^\{"status":"(not )?ready"\}$/.test(answers[1] ?? '');
}
