import { ADMIN_USERNAME, SYNC_USERNAME } from '../simulated-org.ts';
import type { World } from '../world.ts';
import type { Told } from './told.ts';

/** Users who are there besides the org's first ones. */
export const SELLERS = ['otto@practice.example', 'rita@practice.example'];
/** Mixmax users; each has the address that is his user name at Salesforce. */
export const USERS = [ADMIN_USERNAME, SYNC_USERNAME, ...SELLERS];

/** Notes activities as new versions, and has them told by so many requests at once. */
export function tell(world: World, told: readonly Told[], requests = 1): void {
  const { sender } = world.activities;
  const entries = sender.note(told);
  for (let sent = 0; sent < requests; sent += 1) {
    world.background('telling activities', sender.tell(entries));
  }
  if (requests > 1) world.reached('told-doubled');
}
