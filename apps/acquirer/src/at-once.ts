/** Notes who asks for an operation while somebody else does: one Florin at a time may. */
import type { IncomingMessage } from 'node:http';
import type { OperationId } from '@florin/core';
import type { Asker, RecordFile } from './record.ts';

/** Somebody who asks for an operation, or looks for it, until we are done with it. */
export interface Asking {
  /** Notes what we do to it: how chance names it, a fault that strikes it. */
  met(what: string): void;
}

export interface AtOnce {
  /** Does the work, and notes it in the record where another asking of the operation is under way. */
  while<T>(
    id: OperationId,
    incoming: IncomingMessage,
    work: (asking: Asking) => Promise<T>,
  ): Promise<T>;
}

interface UnderWay extends Asking {
  readonly incoming: IncomingMessage;
  seen(): Asker;
}

export function createAtOnce(record: RecordFile): AtOnce {
  const underWay = new Map<OperationId, Set<UnderWay>>();
  return {
    async while(id, incoming, work) {
      const asking = underWayOf(incoming);
      const others = underWay.get(id) ?? new Set<UnderWay>();
      // Who hung up, or was killed, asks no more.
      const { socket } = incoming;
      const isOverlap = [...others].some(
        (other) => other.incoming.socket !== socket && !other.incoming.socket.destroyed,
      );
      if (isOverlap) {
        const at = new Date().toISOString();
        const seen = [...others].map((other) => other.seen());
        void record.append({ type: 'overlap', id, at, asker: asking.seen(), others: seen });
      }
      underWay.set(id, others.add(asking));
      try {
        return await work(asking);
      } finally {
        others.delete(asking);
        if (others.size === 0) underWay.delete(id);
      }
    },
  };
}

function underWayOf(incoming: IncomingMessage): UnderWay {
  const { method = '', headers, socket } = incoming;
  const since = new Date().toISOString();
  const met: string[] = [];
  const by = `${headers['asked-by'] ?? 'nobody knows'}`;
  const port = socket.remotePort ?? 0;
  return {
    incoming,
    met: (what) => void met.push(what),
    seen: () => ({ by, method, since, port, socket: socket.readyState, met: [...met] }),
  };
}
