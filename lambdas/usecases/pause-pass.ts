import { AppError } from '#core/errors.ts';
import type { Pass } from '#core/pass.ts';
import type { Ports } from '#ports/ports.ts';

const MAX_ATTEMPTS = 10;

/**
 * Pauses an audit (R12): no step of it or of its jobs is taken until it is resumed; what it has read stays. A page that
 * is being imported is finished. Pausing twice changes nothing.
 *
 * @returns the pass as it now is
 * @throws AppError conflict for a pass that has ended, or is no audit
 */
export async function pausePass(ports: Pick<Ports, 'jobs' | 'clock'>, pass: Pass): Promise<Pass> {
  return await change(ports, pass, (current) =>
    current.pausedAtMs === undefined ? { ...current, pausedAtMs: ports.clock.now() } : current,
  );
}

/**
 * Resumes a paused audit where it stood. Salesforce keeps a job's results for seven days; after a longer pause they are
 * asked for anew.
 *
 * @throws as `pausePass`
 */
export async function resumePass(
  ports: Pick<Ports, 'jobs' | 'bulkQueue' | 'clock'>,
  pass: Pass,
): Promise<Pass> {
  const resumed = await change(ports, pass, ({ pausedAtMs, ...current }) => {
    return pausedAtMs === undefined ? current : { ...current, progressAtMs: ports.clock.now() };
  });
  // Also when it was not paused: an earlier call may have stopped before this.
  const { orgId, id: passId } = pass;
  await ports.bulkQueue.send(orgId, [{ type: 'pass.advance.v1', orgId, passId, resume: true }]);
  return resumed;
}

async function change(
  ports: Pick<Ports, 'jobs'>,
  { orgId, id }: Pass,
  step: (pass: Pass) => Pass,
): Promise<Pass> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const current = await ports.jobs.getPass(orgId, id);
    if (current === undefined || current.kind !== 'audit' || current.state !== 'running') {
      throw new AppError('conflict', 'Only an audit that is running can be paused or resumed.');
    }
    const next = step(current);
    if (next === current) return current;
    if ((await ports.jobs.updatePass(next)) === 'updated') {
      return { ...next, revision: next.revision + 1 };
    }
  }
  throw new AppError('conflict', `The pass ${id} is being changed by others; try it again.`, {
    retryable: true,
  });
}
