import type { LedgerEntry, LedgerRow, Skip } from '#core/activities/ledger-entry.ts';
import { peopleOf } from '#core/activities/people.ts';
import { type Addressed, decidePeople, planRows } from '#core/activities/plan-rows.ts';
import {
  type ActivitySettings,
  DEFAULT_SETTINGS,
  type RoleSettings,
  roleOf,
} from '#core/activities/role-settings.ts';
import type { TaskShape } from '#core/activities/task-fields.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { createPeopleFinder } from './find-people.ts';
import { readOpportunities } from './read-opportunities.ts';

/** What is to be in Salesforce of one activity. */
export interface ActivityPlan {
  readonly entry: LedgerEntry;
  readonly role: RoleSettings;
  /** With the ids of those that are there already. */
  readonly rows: readonly LedgerRow[];
  readonly skips: readonly Skip[];
}

interface Decision {
  readonly entry: LedgerEntry;
  readonly role: RoleSettings;
  readonly addressed: readonly Addressed[];
  readonly skips: readonly Skip[];
}

/**
 * Decides on whom activities are logged, and on what: people by the mirror, opportunities by the org as it is now, in
 * as few calls as the whole batch allows.
 */
export async function planActivities(
  ports: Pick<Ports, 'mirror' | 'activitySettings'>,
  salesforce: Pick<Salesforce, 'query'>,
  orgId: OrgId,
  entries: readonly LedgerEntry[],
  shape: Pick<TaskShape, 'shared'>,
): Promise<readonly ActivityPlan[]> {
  const settings = (await ports.activitySettings.get(orgId)) ?? DEFAULT_SETTINGS;
  const finder = createPeopleFinder(ports, orgId);
  const decisions: Decision[] = [];
  for (const entry of entries) decisions.push(await decide(finder, settings, entry));
  const wanted = decisions.flatMap(({ addressed, role }) =>
    addressed.flatMap(({ person }) =>
      person?.object === 'Contact' ? [{ person, rule: role.opportunities }] : [],
    ),
  );
  const relatedTo = await readOpportunities(salesforce, wanted);
  return decisions.map(({ entry, role, addressed, skips }) => {
    const rows = planRows(entry, addressed, shape.shared, (person) =>
      relatedTo(person, role.opportunities, entry.userId),
    );
    return { entry, role, skips, rows: rows.map((row) => withKnown(row, entry.rows)) };
  });
}

async function decide(
  finder: ReturnType<typeof createPeopleFinder>,
  settings: ActivitySettings,
  entry: LedgerEntry,
): Promise<Decision> {
  const role = roleOf(settings, entry.activity.user);
  const addresses = peopleOf(entry.activity).map(({ address }) => address);
  const find = await finder.findAll(addresses, entry.userId);
  return { entry, role, ...decidePeople(entry, role, settings.exclusions, find) };
}

function withKnown(row: LedgerRow, known: readonly LedgerRow[]): LedgerRow {
  const recordId = known.find(({ key }) => key === row.key)?.recordId;
  return recordId === undefined ? row : { ...row, recordId };
}
