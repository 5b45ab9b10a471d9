/** Notes who asks for an operation while somebody else does: one Florin at a time may. */
import type { Socket } from 'node:net';
import type { OperationId } from '@florin/core';
import type { RecordFile } from './record.ts';

export interface AtOnce {
  /** Does the work, and notes it in the record where another asking of the operation is under way. */
  while<T>(id: OperationId, socket: Socket, work: () => Promise<T>): Promise<T>;
}

export function createAtOnce(record: RecordFile): AtOnce {
  const underWay = new Map<OperationId, Set<Socket>>();
  return {
    async while(id, socket, work) {
      const others = underWay.get(id) ?? new Set<Socket>();
      // Who hung up, or was killed, asks no more.
      const isOverlap = [...others].some((other) => other !== socket && !other.destroyed);
      if (isOverlap) void record.append({ type: 'overlap', id, at: new Date().toISOString() });
      underWay.set(id, others.add(socket));
      try {
        return await work();
      } finally {
        others.delete(socket);
        if (others.size === 0) underWay.delete(id);
      }
    },
  };
}
