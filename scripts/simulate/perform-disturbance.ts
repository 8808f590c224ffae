import { OrgClient } from './org-client.ts';
import { ADMIN_USERNAME } from './simulated-org.ts';
import type { Action } from './steps.ts';
import type { World } from './world.ts';

const NAMES = ['channel', 'fault', 'kill', 'restart', 'spend'] as const;
export type Disturbance = Extract<Action, { do: (typeof NAMES)[number] }>;

export function isDisturbance(action: Action): action is Disturbance {
  return NAMES.some((name) => name === action.do);
}

/** What goes wrong in networks, in the org's API and with the receiver's processes. */
export function performDisturbance(world: World, disturbance: Disturbance): void {
  const { channel, org, receiver, reached, scheduler } = world;
  switch (disturbance.do) {
    case 'channel':
      channel.arm(...disturbance.faults);
      return;
    case 'fault': {
      const { kind } = disturbance.fault;
      const id = org.faults.arm(disturbance.fault);
      // It stands, so that the org does not count how often it applied.
      if (kind === 'delete-log-hole') reached(`fault-${kind}`);
      scheduler.schedule(disturbance.forMs, `${kind} is over`, () => {
        world.clearFault(id);
      });
      return;
    }
    case 'kill': {
      const { calls, when } = disturbance;
      if (receiver.killOne(disturbance.function, calls, when))
        reached(`kill-${disturbance.function}`);
      return;
    }
    case 'restart':
      receiver.restart();
      reached('restart');
      return;
    case 'spend':
      world.background('other clients', spend(world, disturbance.calls));
      return;
    default:
      disturbance satisfies never;
  }
}

/** Queries of somebody else's integration, which the org counts like ours. */
async function spend({ org, scheduler, reached }: World, calls: number): Promise<void> {
  const client = new OrgClient(org, scheduler, ADMIN_USERNAME);
  for (let call = 0; call < calls; call += 1) await client.query('SELECT Id FROM Organization');
  reached('spent-by-others');
}
