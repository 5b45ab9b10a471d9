/** The acquirer's record, read from its own file: what really happened to money. */
import { type FileHandle, open } from 'node:fs/promises';

export interface Movement {
  readonly id: string;
  readonly payment_id: string;
  readonly order_id: string;
  readonly kind: 'charge' | 'authorize' | 'capture' | 'void' | 'refund';
  /** Minor units. */
  readonly amount: string;
  readonly outcome: 'succeeded' | 'declined' | 'requires_action';
  readonly failure?: { readonly code: string };
}

type Line =
  | (Movement & { readonly type: 'movement' })
  /** The payer has acted. */
  | (Pick<Movement, 'id' | 'outcome'> & { readonly type: 'settlement' })
  /** An operation's id was used for something else. */
  | { readonly type: 'conflict'; readonly asked: { readonly id: string } }
  /** An operation was asked for while another asking of it was under way. */
  | { readonly type: 'overlap' }
  | { readonly type: 'reported' };

export interface MovementRecord extends AsyncDisposable {
  /** Reads what has been added. */
  refresh(): Promise<void>;
  /** What was last said of an operation. */
  find(id: string): Movement | undefined;
  /** What was said, in that order: a movement that waited for its payer comes again. */
  readonly movements: readonly Movement[];
  /** The operations whose ids were used for something else. */
  readonly conflicts: readonly string[];
  /** Who asked for an operation while somebody else did: the acquirer's lines. */
  readonly overlaps: readonly string[];
}

const pieceBytes = 1 << 20;

export async function readRecord(file: string): Promise<MovementRecord> {
  const handle: FileHandle = await open(file, 'r');
  const movements: Movement[] = [];
  const conflicts: string[] = [];
  const overlaps: string[] = [];
  const byId = new Map<string, Movement>();
  let position = 0;
  let unfinished = '';

  function enter(line: Line): void {
    if (line.type === 'overlap') overlaps.push(JSON.stringify(line));
    if (line.type === 'conflict') conflicts.push(line.asked.id);
    if (line.type !== 'movement' && line.type !== 'settlement') return;
    const movement = { ...byId.get(line.id), ...line } as Movement;
    movements.push(movement);
    byId.set(line.id, movement);
  }

  return {
    movements,
    conflicts,
    overlaps,
    find: (id) => byId.get(id),
    async refresh() {
      const piece = Buffer.alloc(pieceBytes);
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, pieceBytes, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        // The record is ASCII: no character is cut in two.
        const lines = (unfinished + piece.toString('latin1', 0, bytesRead)).split('\n');
        unfinished = lines.pop() ?? '';
        for (const line of lines) enter(JSON.parse(line) as Line);
      }
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
