import type { OrgId } from '#core/ids.ts';
import type { ActivityWriteMessage } from '#core/messages.ts';
import type { Ports } from '#ports/ports.ts';

/** Ids a message carries: a few messages make full calls to Salesforce, and a failed one repeats little. */
const IDS_PER_MESSAGE = 500;

/** Has these activities written. */
export async function queueActivities(
  ports: Pick<Ports, 'activityQueue'>,
  orgId: OrgId,
  ids: readonly string[],
  options: { readonly delaySeconds?: number } = {},
): Promise<void> {
  const messages: ActivityWriteMessage[] = [];
  for (let start = 0; start < ids.length; start += IDS_PER_MESSAGE) {
    const some = ids.slice(start, start + IDS_PER_MESSAGE);
    messages.push({ type: 'activity.write.v1', orgId, ids: some });
  }
  if (messages.length > 0) await ports.activityQueue.send(orgId, messages, options);
}
