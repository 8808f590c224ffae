import { ADMIN_USERNAME } from './simulated-org.ts';
import type { World } from './world.ts';

/** As whom and when an admin saves in the org's set-up now. */
export function adminSaving({ org }: Pick<World, 'org'>): {
  readonly nowMs: number;
  readonly userId: string;
} {
  const [userId = ''] = org.store.findByKey('User', 'Username', ADMIN_USERNAME);
  return { nowMs: org.clock.now(), userId };
}
