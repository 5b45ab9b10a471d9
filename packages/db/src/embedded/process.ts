import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/**
 * The whole environment of every process started here: Florin's own holds secrets (keys, DATABASE_URL)
 * which a database has no use for. UTC keeps a new cluster's default time zone off the machine's.
 */
export const childEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** Runs a short command to its end; null where it exits 0, otherwise why not, in one line. */
export async function failureOf(argv: readonly string[]): Promise<string | null> {
  const [command = '', ...args] = argv;
  try {
    await execFileAsync(command, args, { env: childEnvironment(), cwd: '/' });
    return null;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return stderr?.trim().split('\n').at(-1) || message.trim().replaceAll('\n', ' ');
  }
}

/**
 * When a process began, as `<boot id>/<clock ticks since boot>`: a pid alone is given out again, and in
 * containers the same pid often is (1, 7), as are low ticks after a reboot. 'dead' for a zombie, which
 * still has its pid and its start but will never run again; null where the platform does not tell.
 */
export async function processStart(pid: number): Promise<string | 'dead' | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The second field is the command in brackets and may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return 'dead';
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.trim()}/${fields[19]}`;
}

/** Whether `pid` runs and, as far as both can be known, is the process that began at `started`. */
export async function isAlive(pid: number, started: string | null): Promise<boolean> {
  const now = await processStart(pid);
  if (now === 'dead') return false;
  if (now !== null && started !== null) return now === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else. Only "no such process" proves a death.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** The arguments a process runs with; [] where it is gone, a zombie, or not ours to see. */
export async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return raw.split('\0').filter((part) => part !== '');
  }
  const ps = execFileAsync('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  const { stdout } = await ps.catch(() => ({ stdout: '' }));
  return stdout.trim() === '' ? [] : [stdout.trim()];
}
