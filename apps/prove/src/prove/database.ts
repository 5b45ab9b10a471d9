/** A durable PostgreSQL that can be stopped in the middle, behind one address for all of its lives. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connectAsOwner, type Database, type EmbeddedDatabase, startEmbedded } from '@florin/db';

export interface CrashingDatabase {
  /** The owner's URL; it stays. */
  readonly url: string;
  /** Connections of the owner, for looking; what is under way when the database goes fails. */
  readonly owner: Database;
  /** Immediate stop, as of a power cut, and start again: it recovers from its log. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** fsync and synchronous_commit are on, as they are by default: what is acknowledged must stay. */
export async function startDatabase(folder: string): Promise<CrashingDatabase> {
  let embedded: EmbeddedDatabase = await startEmbedded(folder);
  const sockets = new Set<Socket>();
  const door = createServer((client) => {
    const server = connect(Number(new URL(embedded.url).port), '127.0.0.1');
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((ready) => door.listen(0, '127.0.0.1', ready));
  const url = new URL(embedded.url);
  url.port = String((door.address() as AddressInfo).port);
  const owner = connectAsOwner(url.href);
  return {
    url: url.href,
    owner,
    async crash() {
      process.kill(embedded.pid, 'SIGQUIT');
      await embedded.stop();
      embedded = await startEmbedded(folder);
    },
    async stop() {
      await owner.close(1);
      door.close();
      for (const socket of sockets) socket.destroy();
      await embedded.stop();
    },
  };
}
