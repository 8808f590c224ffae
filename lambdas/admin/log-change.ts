import { failureReason } from '#core/failure-reason.ts';
import type { LoggedChange } from '#ports/change-log.ts';
import type { PageSession } from '#ports/page-sessions.ts';
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

type LogPorts = Pick<Ports, 'changeLog' | 'clock' | 'random' | 'telemetry'>;

/** Notes who changed what. Names and ids of the path stand in it, values never. */
export async function logChange(
  ports: LogPorts,
  { method, operationId }: Route,
  { orgId, who, by }: Caller,
  { params }: Pick<RawRequest, 'params'>,
): Promise<void> {
  if (method === 'GET' || NO_CHANGES.has(operationId)) return;
  const { orgId: _org, ...rest } = params;
  const about = Object.values(rest).join(' ').slice(0, 200);
  const change = { orgId, who, by, operation: operationId };
  await append(ports, about === '' ? change : { ...change, about });
}

/** Notes who came to the page, and who left it. */
export async function logSession(
  ports: LogPorts,
  operation: 'signIn' | 'signOut',
  { orgId, who }: Pick<PageSession, 'orgId' | 'who'>,
): Promise<void> {
  await append(ports, { orgId, who, by: 'page', operation });
}

/** It has been done: a log that cannot be written is told, and does not undo it. */
async function append(
  { changeLog, clock, random, telemetry }: LogPorts,
  change: Omit<LoggedChange, 'id' | 'atMs'>,
): Promise<void> {
  try {
    await changeLog.append({ ...change, id: random.uuid(), atMs: clock.now() });
  } catch (error) {
    const { orgId, operation: operationId } = change;
    telemetry.error('ChangeNotLogged', { orgId, operationId, reason: failureReason(error) });
  }
}
