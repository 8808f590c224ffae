import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { accept } from '#core/activities/ledger-steps.ts';
import { requireReadyMirror } from '#core/activities/mirror-ready.ts';
import { type ItemFault, isFault, parseActivity } from '#core/activities/parse-activity.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { UNKNOWN_USER } from './accept-activities.ts';
import { findUsers } from './find-users.ts';
import { type ActivityPlan, planActivities } from './plan-activities.ts';
import { readOrgShape } from './read-org-shape.ts';
import { fieldsOf } from './save-rows.ts';

type PreviewPorts = Pick<
  Ports,
  'mirror' | 'activitySettings' | 'clock' | 'salesforce' | 'telemetry'
>;

/** What would be in Salesforce of one activity. */
export type Preview =
  | { readonly fault: ItemFault }
  | {
      readonly plan: ActivityPlan;
      /** Fields of each of the plan's rows, in their order. */
      readonly fields: readonly Fields[];
    };

/**
 * Says what would be written of activities, where and why, and writes nothing. What the ledger knows of their ids plays
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
  return read.map((one): Preview => {
    const plan = 'hash' in one ? planOf.get(one) : undefined;
    if (plan === undefined) return { fault: 'hash' in one ? UNKNOWN_USER : one };
    const rows = plan.rows.filter(({ remove }) => remove !== true);
    const fields = rows.map((row) => fieldsOf(plan, row, shape));
    return { plan: { ...plan, rows }, fields };
  });
}
