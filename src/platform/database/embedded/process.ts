/** Questions about processes that survive the reuse of a process id. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** Whether the id is taken, if only by a process that has ended and was not waited for. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function isAlive(pid: number): boolean {
  return exists(pid) && state(pid) !== 'Z';
}

/** `Z`: ended, but its parent has not asked how. */
function state(pid: number): string | undefined {
  try {
    return statFields(pid)[0];
  } catch {
    return undefined;
  }
}

/** The fields of /proc/<pid>/stat after the command's name, which itself may hold spaces and brackets. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/**
 * Something about a process that another process with the same id later will not share: the boot and the
 * tick of its start on Linux, the start time elsewhere. Null when it is not there.
 */
export function processBirth(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return `${boot}/${statFields(pid)[19]}`;
    } catch {
      return null;
    }
  }
  return ps(pid, 'lstart');
}

/** The command line, arguments separated by spaces; null when the process is not there. */
export function commandOf(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return null;
  }
}

function ps(pid: number, column: string): string | null {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/**
 * Ids of processes whose working folder is `folder`, as every PostgreSQL process has its cluster: also the
 * backends that briefly outlive a killed postmaster. Empty where the system does not tell.
 */
export function processesIn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  const real = existsSync(folder) ? realpathSync(folder) : folder;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === real;
      } catch {
        return false;
      }
    });
}

/** Polls; true as soon as the condition holds, false when it does not within `timeoutMs`. */
export async function eventually(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
