import { DatabaseSync } from 'node:sqlite';

/**
 * Times every transaction that this process runs from now on, from its BEGIN to the end of its COMMIT: nobody is
 * answered meanwhile.
 * @returns takes the times so far out, ms, ascending
 */
export function timeTransactions(): () => readonly number[] {
  let timesMs: number[] = [];
  let beganAtMs = 0;
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql: string): void {
    if (sql.startsWith('BEGIN')) beganAtMs = performance.now();
    exec.call(this, sql);
    if (sql === 'COMMIT') timesMs.push(performance.now() - beganAtMs);
  };
  return () => {
    const taken = timesMs.toSorted((left, right) => left - right);
    timesMs = [];
    return taken;
  };
}
