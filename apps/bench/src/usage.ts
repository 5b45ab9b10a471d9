/** What processes use, as the kernel counts it (Linux: /proc). */
import { readdir, readFile } from 'node:fs/promises';

/** The kernel's unit of time; 100 a second on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Stat {
  readonly parent: number;
  /** Seconds of the process itself, and of its children that are gone. */
  readonly own: number;
  readonly gone: number;
}

async function statOf(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The name, in brackets, may have anything in it.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, goneUser = 0, goneSystem = 0] = [1, 11, 12, 13, 14].map(
    (index) => fields[index],
  );
  return {
    parent,
    own: (user + system) / ticksPerSecond,
    gone: (goneUser + goneSystem) / ticksPerSecond,
  };
}

/** CPU seconds that the process and all of its children have used so far. */
export async function cpuSeconds(pid: number): Promise<number> {
  const names = await readdir('/proc');
  const stats = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .map(statOf),
  );
  const self = await statOf(pid);
  const children = stats.filter((stat) => stat?.parent === pid);
  return [self, ...children].reduce((sum, stat) => sum + (stat?.own ?? 0), self?.gone ?? 0);
}

/** The memory that the process has, in MB. */
export async function memoryMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
