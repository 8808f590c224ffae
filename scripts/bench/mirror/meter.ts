import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

/** What a run of one process cost it. */
export interface Metered {
  readonly elapsedMs: number;
  /** Time that the processor worked for the whole process, all threads, ms. */
  readonly cpuMs: number;
  /** Of that, the time of the one thread that runs JavaScript and SQLite: what bounds the rate on a machine at rest. */
  readonly threadCpuMs: number;
  /** Largest resident set so far, MB of 10^6 bytes. */
  readonly maxRssMb: number;
  /** Longest time in which the event loop answered nobody, ms. */
  readonly longestBlockMs: number;
}

/** Runs `work` and tells what it cost. It may answer when it really began, ms since the epoch. */
export async function metered(work: () => Promise<number | undefined>): Promise<Metered> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAtMs = Date.now();
  const cpu = process.cpuUsage();
  const thread = process.threadCpuUsage();
  const sinceMs = (await work()) ?? startedAtMs;
  const elapsedMs = Date.now() - sinceMs;
  delay.disable();
  return {
    elapsedMs,
    cpuMs: sumMs(process.cpuUsage(cpu)),
    threadCpuMs: sumMs(process.threadCpuUsage(thread)),
    maxRssMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
    longestBlockMs: delay.max / 1e6,
  };
}

function sumMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
