import { failureReason } from '#core/failure-reason.ts';
import type { Ports } from '#ports/ports.ts';
import type { Caller } from './caller.ts';
import type { RawRequest, Route } from './route.ts';

/** They hand data over or only ask: what comes of them is kept elsewhere, and there are many. */
const NO_CHANGES: ReadonlySet<string> = new Set([
  'postActivities',
  'previewActivities',
  'postCalendarSnapshot',
  'fillVariables',
  'estimateAudit',
]);

/**
 * Notes who changed what. Names and ids of the path stand in it, values never. The change has been made: a log that
 * cannot be written is told, and does not undo it.
 */
export async function logChange(
  ports: Pick<Ports, 'changeLog' | 'clock' | 'random' | 'telemetry'>,
  { method, operationId }: Route,
  { orgId, who, by }: Caller,
  { params }: Pick<RawRequest, 'params'>,
): Promise<void> {
  if (method === 'GET' || NO_CHANGES.has(operationId)) return;
  const { orgId: _org, ...rest } = params;
  const about = Object.values(rest).join(' ').slice(0, 200);
  try {
    await ports.changeLog.append({
      id: ports.random.uuid(),
      orgId,
      atMs: ports.clock.now(),
      who,
      by,
      operation: operationId,
      ...(about !== '' && { about }),
    });
  } catch (error) {
    ports.telemetry.error('ChangeNotLogged', { orgId, operationId, reason: failureReason(error) });
  }
}
