import { bornAfterMs, stateOf } from '#core/apply-plan.ts';
import type { RecordId } from '#core/ids.ts';
import type { RecordVerifyMessage } from '#core/messages.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import type { WriteOutcome } from '#core/record.ts';
import type { ApplyNoticesPorts } from './apply-notices.ts';
import { queueReappeared, queueVerify } from './queue-verify.ts';
import { readRecords } from './read-records.ts';
import { rereadChildren } from './reread-children.ts';
import { withKnownFields } from './with-known-fields.ts';
import { writeRecords } from './write-records.ts';

/**
 * Settles what the mirror holds of records by asking the org: ties (R1), records not answered (R2), and for merged,
 * undeleted and deleted records, their children (R4, R5).
 *
 * Repeatable: resolves only when all is written, announced and queued.
 *
 * @param redelivered the message came before; changes may be written but not announced (R15)
 */
export async function verifyRecords(
  ports: ApplyNoticesPorts,
  message: RecordVerifyMessage,
  redelivered: boolean,
): Promise<void> {
  const { orgId, object, ids, reason } = message;
  const org = await ports.orgs.get(orgId);
  const state = org && stateOf(org, object);
  if (org === undefined || state === undefined || org.phase === 'removed') {
    ports.telemetry.warn('VerifyOfUnknownObject', { orgId, object });
    return;
  }
  switch (reason) {
    case 'tie':
    case 'missing':
    case 'conditions-drift':
      await reread(ports, org, state, message, redelivered);
      return;
    case 'cascade':
    case 'undelete':
      await rereadChildren(ports, org, object, ids, reason, redelivered);
      return;
    case 'merge':
      await rereadReferrers(ports, org, object, ids);
      return;
  }
}

/** Reads records again and writes what is found. @returns what became of them */
export async function reread(
  ports: ApplyNoticesPorts,
  org: OrgState,
  state: ObjectState,
  { object, ids, reappearances }: Pick<RecordVerifyMessage, 'object' | 'ids' | 'reappearances'>,
  redelivered: boolean,
): Promise<readonly WriteOutcome[]> {
  const salesforce = await ports.salesforce.forOrg(org, 'notices');
  const birth = bornAfterMs(org, state);
  const wanted = new Map(ids.map((id) => [id, birth]));
  const again = new Set(redelivered ? ids : []);
  const read = await withKnownFields(ports, org, object, state, (known) =>
    readRecords(ports, salesforce, org, object, known, wanted, again),
  );
  const outcomes = await writeRecords(ports, org, object, read.writes, again);
  await queueReappeared(ports, org.orgId, object, read.reappeared, reappearances);
  return outcomes;
}

const REFERRERS_PER_PAGE = 2_000;

/** R4: what the mirror still shows as a child of a loser was re-parented without a notice. */
async function rereadReferrers(
  ports: ApplyNoticesPorts,
  org: OrgState,
  object: string,
  losers: readonly RecordId[],
): Promise<void> {
  const salesforce = await ports.salesforce.forOrg(org, 'notices');
  const described = await salesforce.describe(object);
  for (const { childSObject, field } of described?.childRelationships ?? []) {
    if (stateOf(org, childSObject) === undefined) continue;
    for (const loser of losers) {
      let after: RecordId | undefined;
      do {
        const options = { limit: REFERRERS_PER_PAGE, ...(after !== undefined && { after }) };
        const page = await ports.mirror.referrers(org.orgId, childSObject, field, loser, options);
        await queueVerify(ports, org.orgId, childSObject, page, 'missing');
        after = page.length === REFERRERS_PER_PAGE ? page.at(-1) : undefined;
      } while (after !== undefined);
    }
  }
}
