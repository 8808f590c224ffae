import { readFileSync } from 'node:fs';
import process from 'node:process';

const EVERY_MS = 200;

/**
 * Calls back once when the npm that runs this script is gone. Killed outright, npm takes neither its shell nor this
 * process along, and an `npm start` nobody sees would go on holding the ports and the data folder. Linux only: elsewhere,
 * and without npm, it never calls.
 */
export function onNpmGone(gone: () => void): void {
  const child = childOfNpm();
  if (child === undefined) return;
  // A dead parent's children get another one at once, even while it is still listed.
  const timer = setInterval(() => {
    if (parentOf(child.pid) === child.npm) return;
    clearInterval(timer);
    gone();
  }, EVERY_MS);
  timer.unref();
}

/** This process, or the shell above it: whichever npm started. */
function childOfNpm(): { readonly pid: number; readonly npm: number } | undefined {
  for (const pid of [process.pid, process.ppid]) {
    const parent = parentOf(pid);
    if (parent !== undefined && commandOf(parent).startsWith('npm ')) return { pid, npm: parent };
  }
  return undefined;
}

function parentOf(pid: number): number | undefined {
  // `pid (name) state ppid …`; the name may hold blanks and parentheses.
  const stat = read(`/proc/${pid}/stat`);
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return Number.isInteger(parent) ? parent : undefined;
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
