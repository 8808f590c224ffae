import type { Random } from '../../../local/seeded-random.ts';
import { livingIds, newValues, pickOne } from '../records.ts';
import { ADMIN_USERNAME } from '../simulated-org.ts';
import type { World } from '../world.ts';
import type { ActivityAction } from './activity-actions.ts';

type PeopleAction = Extract<ActivityAction, { do: 'meet-person' | 'readdress' | 'deal' }>;

/** What changes on whom, and on what, activities are logged. */
export function performPeople(world: World, action: PeopleAction, random: Random): void {
  const { org } = world;
  world.noteEdit();
  switch (action.do) {
    case 'meet-person': {
      const object = action.pick < 0.7 ? 'Contact' : 'Lead';
      const Email = `person${Math.floor(action.pick * 12)}@example.com`;
      save(world, 'insert', object, { ...newValues(org, object, random), Email });
      return;
    }
    case 'readdress': {
      const object = action.pick < 0.7 ? 'Contact' : 'Lead';
      const Id = pickOne(livingIds(org, object), action.pick);
      if (Id === undefined) return;
      save(world, 'update', object, { Id, Email: `person${random.integer(12)}@example.com` });
      return;
    }
    case 'deal':
      makeDeal(world, action.pick, random);
      return;
    default:
      action satisfies never;
  }
}

function makeDeal(world: World, share: number, random: Random): void {
  const { org } = world;
  const ContactId = pickOne(livingIds(org, 'Contact'), share);
  if (ContactId === undefined) return;
  const values = { ...newValues(org, 'Opportunity', random), StageName: 'Prospecting' };
  const OpportunityId = save(world, 'insert', 'Opportunity', values);
  if (OpportunityId === undefined) return;
  const role = { OpportunityId, ContactId, IsPrimary: true };
  save(world, 'insert', 'OpportunityContactRole', role);
}

/** @returns the id, unless the org refuses it */
function save(
  world: World,
  operation: 'insert' | 'update',
  object: string,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  const userId = String(world.org.store.findByKey('User', 'Username', ADMIN_USERNAME)[0]);
  const [result] = world.org.engine.save({
    operation,
    records: [{ object, input }],
    allOrNone: false,
    userId,
    source: 'rest',
  });
  world.reached(result?.success === true ? `people-${operation}-${object}` : 'save-refused');
  return result?.success === true ? (result.id ?? undefined) : undefined;
}
