/**
 * The acquirer's record: a file of JSON lines that only grows. A line counts once it is synced to the
 * disk, and nobody is told of a movement before. Lines that come while a sync is under way share the
 * next one.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Asked, Movement, Said } from './wire.ts';

/** How a movement is reported: in none of these ways is promptly, once. */
export const reportStyles = ['before', 'late', 'out_of_order', 'repeatedly'] as const;
export type ReportStyle = (typeof reportStyles)[number];

interface Told {
  /** Null where it is not reported at all. */
  readonly reports: readonly ReportStyle[] | null;
}

/** Who asks, as it is when somebody else asks too. */
export interface Asker {
  /** In its own words: which process, and for the how manieth time; each time has a lease of its own. */
  readonly by: string;
  readonly method: string;
  readonly since: string;
  /** Of its end of the connection. */
  readonly port: number;
  /** `open`, half of it, or `closed`: Node's `readyState`. */
  readonly socket: string;
  /** The name that chance knows it by, and the faults that have struck it so far. */
  readonly met: readonly string[];
}

export type Line =
  /** What became of an operation: one for each operation id. */
  | (Movement & Told & { readonly type: 'movement' })
  /** The payer acted: the movement that required it is now this. */
  | (Said &
      Told & { readonly type: 'settlement'; readonly id: Movement['id']; readonly at: string })
  /** An operation's id was used for something else, and refused. Evidence: nothing moved. */
  | { readonly type: 'conflict'; readonly asked: Asked; readonly at: string }
  /** An operation was asked for while another asking of it was under way. Evidence: nothing moved. */
  | {
      readonly type: 'overlap';
      readonly id: Movement['id'];
      readonly at: string;
      readonly asker: Asker;
      readonly others: readonly Asker[];
    }
  /** A report was acknowledged, and need not be sent any more. */
  | { readonly type: 'reported'; readonly report: string };

export interface RecordFile {
  /** Resolves once the line, and all before it, are on the disk. */
  append(line: Line): Promise<void>;
  /** Resolves once all that was appended so far is on the disk. */
  synced(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the record, made if there is none, and reads it back. What a crash tore off the last line goes:
 * it was never synced, so nobody was told of it.
 * @throws Error where another line can't be read: then the record is no evidence any more
 */
export async function openRecord(
  path: string,
): Promise<{ readonly record: RecordFile; readonly lines: readonly Line[] }> {
  const file = await open(path, 'a+');
  try {
    const bytes = await file.readFile();
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) await file.truncate(whole);
    await file.sync();
    if (whole === 0) await syncFolder(dirname(path));
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    return { record: recordIn(file), lines: lines.map((text, index) => parse(text, path, index)) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function recordIn(file: FileHandle): RecordFile {
  let pending = '';
  /** Resolves once all that is not in `pending` is on the disk, or all, if a flush is scheduled. */
  let last: Promise<void> = Promise.resolve();
  let isScheduled = false;

  async function flush(): Promise<void> {
    const text = pending;
    pending = '';
    isScheduled = false;
    await file.appendFile(text);
    await file.datasync();
  }

  return {
    append(line) {
      pending += `${JSON.stringify(line)}\n`;
      if (!isScheduled) {
        isScheduled = true;
        // After one that failed none is tried: the file may end in half a line.
        last = last.then(flush);
      }
      return last;
    },
    synced: () => last,
    async close() {
      await last.finally(() => file.close());
    },
  };
}

function parse(text: string, path: string, index: number): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (cause) {
    throw new Error(`Line ${index + 1} of ${path} is not JSON.`, { cause });
  }
}

/** A new file is there after a power cut only if its folder was synced too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
