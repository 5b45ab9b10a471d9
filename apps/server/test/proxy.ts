/** A road to the database that a test can close and open again. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  /** The database's URL by this road. */
  readonly url: string;
  /** Cuts every connection and takes no new one. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Lets the next COMMIT through to the database, and cuts the connection before its answer. */
  loseNextCommit(): void;
}

/** Parse, with its length: of COMMIT, or of the write of a batch that is a transaction by itself. */
const committing = /P[\s\S]{4}(\w+)\0(?:commit\0|with ")/g;

export async function proxyTo(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let losing = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    // What commits is prepared once on each connection, and called by the name it was given there.
    const names: string[] = [];
    near.on('data', (bytes) => {
      for (const [, name = ''] of bytes.toString('latin1').matchAll(committing)) names.push(name);
      if (!losing || !names.some((name) => bytes.includes(`\0${name}\0`))) return;
      losing = false;
      far.unpipe(near).resume();
      far.once('data', () => near.destroy());
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: url.href,
    close,
    open: () => listen(port),
    loseNextCommit: () => {
      losing = true;
    },
    [Symbol.asyncDispose]: close,
  };
}
