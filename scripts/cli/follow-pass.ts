import { setTimeout as sleep } from 'node:timers/promises';
import { SfError } from '@salesforce/core';
import type { Progress } from '@salesforce/sf-plugins-core';
import type { Audit, Receiver } from './receiver.ts';

const EVERY_MS = 1_000;

/**
 * Follows an audit or a sync until it has ended, or the time is over.
 * @returns how it stands then
 * @throws SfError when it failed, with what failed by object
 */
export async function followPass(
  receiver: Receiver,
  id: string,
  waitMs: number,
  bar: Progress,
): Promise<Audit> {
  const endMs = Date.now() + waitMs;
  let pass = await receiver.audit(id);
  const total = Object.keys(pass.objects).length;
  bar.start(total, {}, { title: 'Objects', format: '%s | {bar} | {value}/{total} objects' });
  while (pass.state === 'running' && pass.pausedAt === undefined && Date.now() < endMs) {
    await sleep(EVERY_MS);
    pass = await receiver.audit(id);
    bar.update(finishedObjects(pass));
  }
  bar.finish();
  if (pass.state === 'failed') throw failure(pass);
  return pass;
}

function finishedObjects({ objects }: Audit): number {
  return Object.values(objects).filter(({ state }) => state === 'done').length;
}

function failure({ id, objects }: Audit): SfError {
  const reasons = Object.entries(objects).flatMap(([object, { error }]) =>
    error === undefined ? [] : [`${object}: ${error}`],
  );
  return SfError.create({
    name: 'SyncFailed',
    message: `It failed. ${reasons.join(' ')}`,
    actions: ['Mend what is named, then run the command again.'],
    data: { id },
  });
}
