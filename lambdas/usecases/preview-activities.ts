import type { LedgerEntry, LedgerRow } from '#core/activities/ledger-entry.ts';
import { accept } from '#core/activities/ledger-steps.ts';
import { requireReadyMirror } from '#core/activities/mirror-ready.ts';
import { type ItemFault, isFault, parseActivity } from '#core/activities/parse-activity.ts';
import type { OrgShape } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { UNKNOWN_USER } from './accept-activities.ts';
import { findUsers } from './find-users.ts';
import { openWriters, type Writer, type WriterPorts } from './open-writers.ts';
import { type ActivityPlan, planActivities } from './plan-activities.ts';
import { readOrgShape } from './read-org-shape.ts';
import { fieldsOf } from './save-rows.ts';

type PreviewPorts = Pick<Ports, 'mirror' | 'activitySettings'> & WriterPorts;

/** Who would write a row (D7). */
interface RowWriter {
  readonly as: 'user' | 'sync-user';
  /** Absent where nobody can write now. */
  readonly username?: string;
  /** Why nothing can be written as the user now. */
  readonly problem?: string;
}

/** What would be in Salesforce of one activity. */
export type Preview =
  | { readonly fault: ItemFault }
  | {
      readonly plan: ActivityPlan;
      /** Of the plan's rows, those that would be written. */
      readonly rows: readonly {
        readonly row: LedgerRow;
        readonly fields: Fields;
        readonly writer: RowWriter;
      }[];
    };

/**
 * Says what would be written of activities, where, why and by whom, and writes nothing. What the ledger knows of their ids plays
 * no part. Costs calls for describes and opportunities, as writing does.
 */
export async function previewActivities(
  ports: PreviewPorts,
  org: OrgState,
  items: readonly unknown[],
): Promise<readonly Preview[]> {
  requireReadyMirror(org);
  const parsed = items.map(parseActivity);
  const users = await findUsers(
    ports,
    org.orgId,
    parsed.flatMap((item) => (isFault(item) ? [] : [item.user])),
  );
  const read = parsed.map((activity): LedgerEntry | ItemFault => {
    if (isFault(activity)) return activity;
    const userId = users.get(activity.user.toLowerCase())?.id;
    if (userId === undefined) return UNKNOWN_USER;
    const step = accept(undefined, { orgId: org.orgId, activity, userId }, ports.clock.now());
    return 'next' in step ? step.next : UNKNOWN_USER;
  });
  const salesforce = await ports.salesforce.forOrg(org, 'admin');
  const shape = await readOrgShape(salesforce);
  const entries = read.flatMap((one) => ('hash' in one ? [one] : []));
  const plans = await planActivities(ports, salesforce, org.orgId, entries, shape.task);
  const planOf = new Map(plans.map((plan) => [plan.entry, plan]));
  const userIds = plans.flatMap((plan) => plan.rows.map((row) => userOf(plan, row)));
  const writerOf = await openWriters(ports, org, 'admin', { salesforce, shape }, userIds);
  return read.map((one): Preview => {
    const plan = 'hash' in one ? planOf.get(one) : undefined;
    if (plan === undefined) return { fault: 'hash' in one ? UNKNOWN_USER : one };
    const written = plan.rows.filter(({ remove }) => remove !== true);
    const rows = written.map((row) => {
      const writer = writerOf(userOf(plan, row));
      const fields = fieldsOf(plan, row, shapeFor(writer, shape));
      return { row, fields, writer: writerView(org, writer) };
    });
    return { plan, rows };
  });
}

/** Fields that a user may not write are left out of his rows. */
function shapeFor(writer: Writer | AppError, shape: OrgShape): OrgShape {
  return writer instanceof AppError ? shape : writer.shape;
}

function writerView({ syncUser }: OrgState, writer: Writer | AppError): RowWriter {
  if (writer instanceof AppError) return { as: 'user', problem: writer.message };
  const { user } = writer;
  if (user !== undefined) return { as: 'user', username: user.username };
  return { as: 'sync-user', username: syncUser.username };
}

function userOf({ entry }: ActivityPlan, { ownerId }: LedgerRow): RecordId {
  return ownerId ?? entry.userId;
}
