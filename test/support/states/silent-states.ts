import {
  active,
  DATA,
  fault,
  MINUTE_MS,
  rowId,
  SECOND_MS,
  SILENT_MS,
  save,
  settings,
  stateIs,
} from '../connected-states.ts';
import { type StateRow, silent } from './state-row.ts';

/** What a silence can mean, and what follows it. */
export const SILENT_STATES: Readonly<Record<string, StateRow>> = {
  quiet: {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      // The sweep looks at whole minutes: between two looks the silence grows old enough.
      await world.pass(MINUTE_MS - (world.scheduler.now() % MINUTE_MS) + 30 * SECOND_MS);
      await save(world, 'second');
      await world.pass(30 * MINUTE_MS + 10 * SECOND_MS);
      return connected;
    },
    state: 'quiet',
    says: /No change notice for 30 minutes/,
    fix: /Apex Jobs/,
  },
  'interval sync, idle': {
    cause: silent(() => undefined),
    state: 'interval',
    verdict: 'idle',
    says: /Nobody saved anything that counts/,
  },
  'interval sync, lagging': {
    cause: silent(async ({ world }) => {
      const user = await rowId(
        world,
        "SELECT Id FROM User WHERE Username = 'alex@practice.example'",
      );
      const row = { SetupOwnerId: user, Disable_RTS__c: true };
      await world.ask('POST', `${DATA}/sobjects/Mixmax_Settings__c`, row);
      await save(world, 'untold');
    }),
    state: 'interval',
    verdict: 'lagging',
    says: /Changes of Contact were saved and not told/,
    fix: /Apex Jobs for a long queue/,
  },
  'interval sync, broken': {
    cause: silent(({ world }) => fault(world, { kind: 'callout-swallowed' })),
    state: 'interval',
    verdict: 'broken',
    says: /did not arrive/,
    fix: /Apex Jobs/,
  },
  closing: {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      await world.pass(SILENT_MS);
      fault(world, { kind: 'slow', path: '*/updated*', delayMs: 20 * SECOND_MS });
      await save(world, 'back');
      await world.until(stateIs(connected, 'closing'), MINUTE_MS);
      return connected;
    },
    state: 'closing',
    says: /Apex is seen again/,
  },
  'paused for want of API requests': {
    cause: async () => {
      const connected = await active({ limits: { DailyApiRequests: 2_000 } });
      const { world } = connected;
      for (let calls = 0; calls < 1_900; calls += 1) await world.ask('GET', `${DATA}/limits`);
      await world.pass(35 * MINUTE_MS);
      return connected;
    },
    state: 'paused',
    says: /used up/,
    fix: /by itself/,
  },
  disabled: {
    cause: silent(({ world }) => settings(world, { Disable_RTS__c: true })),
    state: 'disabled',
    says: /Disable Mixmax RTS is ticked in the org, last changed by Alex Admin/,
    fix: /Untick/,
  },
};
