import type { Random } from '../../../local/seeded-random.ts';
import { callApi } from '../call-api.ts';
import { pickSome } from '../records.ts';
import type { World } from '../world.ts';
import type { ActivityAction } from './activity-actions.ts';
import { TASK_KINDS } from './told.ts';

type SettingsAction = Extract<ActivityAction, { do: 'role' | 'exclusions' | 'retry' }>;

/** What admins set for activities. A call that dies or is refused changes nothing for good. */
export function changeSettings(world: World, action: SettingsAction, random: Random): void {
  switch (action.do) {
    case 'role':
      callApi(world, 'role', 'PUT', '/roles/default', role(action.pick, random));
      return;
    case 'exclusions':
      callApi(world, 'exclusions', 'PUT', '/exclusions', exclusions(action.pick));
      return;
    case 'retry': {
      const ids = world.activities.journal.idsIn('failed').slice(0, MOST_RETRIED);
      if (ids.length > 0) callApi(world, 'retries', 'POST', '/activities/retries', { ids });
      return;
    }
    default:
      action satisfies never;
  }
}

const MOST_RETRIED = 500;

function role(share: number, random: Random): object {
  return {
    notLogged: pickSome(TASK_KINDS, share, random.integer(3)),
    unresolved: random.next() < 0.6,
    logBcc: random.next() < 0.5,
    opportunities: {
      through: 'primary-role',
      owned: random.next() < 0.3 ? 'by-user' : 'all',
      closed: false,
    },
  };
}

/** Some of the people of the org write from addresses that nobody logs, for as long as it says so. */
function exclusions(share: number): object {
  const numbers = [0, 1, 2, 3, 4, 5].map((number) => `person${number}`);
  const localParts = share < 0.3 ? [] : pickSome(numbers, share, 2);
  const allowed = share > 0.6 ? ['info@example.com', 'person1@example.com'] : [];
  return { localParts, allowed };
}
