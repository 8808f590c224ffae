import type { RelatedObject } from '#core/activities/related-objects.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';

/**
 * Has custom objects mirrored that activities were just set to be related to (R16): asks for a comparison of fields
 * where one is new. Should that message never be sent, the comparison after midnight finds it, too.
 */
export async function mirrorPickedObjects(
  { bulkQueue }: Pick<Ports, 'bulkQueue'>,
  { orgId, objects, phase }: OrgState,
  picked: readonly RelatedObject[],
): Promise<void> {
  const isNew = picked.some(({ object }) => !Object.hasOwn(objects, object));
  if (!isNew || (phase !== 'active' && phase !== 'auditing')) return;
  await bulkQueue.send(orgId, [{ type: 'fields.refresh.v1', orgId }]);
}
