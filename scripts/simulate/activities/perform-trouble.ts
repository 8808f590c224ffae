import { pickOne } from '../records.ts';
import { adminSaving } from '../saving.ts';
import { ADMIN_USERNAME } from '../simulated-org.ts';
import type { World } from '../world.ts';

const KEY = 'Mixmax_Activity_Id__c';

/** Somebody deletes a Task or Event that the receiver wrote; nobody writes it again. */
export function tidy(world: World, share: number): void {
  const { org } = world;
  const options = { nowMs: org.clock.now(), userId: org.orgId };
  const ours = (['Task', 'Event'] as const).flatMap((object) => {
    const soql = `SELECT Id FROM ${object} WHERE ${KEY} != null AND IsDeleted = false ORDER BY Id`;
    const rows = [...org.soql.runArrays(org.soql.plan(soql), options)];
    return rows.map(([id]) => ({ object, id: String(id) }));
  });
  const one = pickOne(ours, share);
  if (one === undefined) return;
  world.noteEdit();
  org.engine.save({
    operation: 'delete',
    records: [{ object: one.object, input: { Id: one.id } }],
    allOrNone: false,
    userId: String(org.store.findByKey('User', 'Username', ADMIN_USERNAME)[0]),
    source: 'rest',
  });
  world.activities.tidied.add(one.id);
  world.reached('tidied');
}

const RULE = 'objects/Task/validationRules/Nothing_Is_Logged.validationRule-meta.xml';
const RULE_TEXT = `<?xml version="1.0" encoding="UTF-8"?>
<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>Nothing_Is_Logged</fullName>
  <active>true</active>
  <errorConditionFormula>NOT(ISBLANK(Subject))</errorConditionFormula>
  <errorMessage>Nothing is logged today.</errorMessage>
</ValidationRule>`;

/** An admin deploys a validation rule that no Task passes, and takes it back. */
export function refuseActivities(world: World, forMs: number): void {
  const { org, activities } = world;
  if (activities.refusing) return;
  activities.refusing = true;
  org.deploy([{ path: RULE, text: RULE_TEXT }]);
  world.reached('validation-begins');
  world.afterSpell(forMs, 'validation rule taken back', () => {
    org.deploy([], [RULE]);
    activities.refusing = false;
    world.reached('validation-ends');
  });
}

/** Whoever writes may not write the key for a while: rows can only be told by their signs. */
export function closeKeyField(world: World, forMs: number): void {
  const { org, sight } = world;
  const { store } = org;
  const write = (open: boolean) => {
    for (const object of ['Task', 'Event']) {
      if (open) sight.withheld.delete(`${object}.${KEY}`);
      else sight.withheld.add(`${object}.${KEY}`);
      for (const id of store.idsWhere('FieldPermissions', 'Field', `${object}.${KEY}`)) {
        const values = { PermissionsRead: open, PermissionsEdit: open };
        store.update('FieldPermissions', id, values, adminSaving(world));
      }
    }
  };
  write(false);
  world.reached('key-field-closed');
  world.afterSpell(forMs, 'key field opened', () => write(true));
}
