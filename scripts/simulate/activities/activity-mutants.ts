import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { type Mutant, withPort, withSalesforce } from '../mutants.ts';

const KEY = 'Mixmax_Activity_Id__c';
const NOWHERE = '00T000000000000AAA' as RecordId;

/** Rules of the ledger and of what is written, broken on purpose. */
export const ACTIVITY_MUTANTS: readonly Mutant[] = [
  {
    name: 'forget-what-was-written',
    breaks: 'ids of Tasks and Events are not kept: the next version is written beside the first',
    needs: ['told-updated'],
    sabotage: (ports) =>
      withStored(ports, (entry) => ({
        ...entry,
        rows: entry.rows.map(({ recordId: _, ...row }) => row),
      })),
  },
  {
    name: 'retry-without-looking',
    breaks: 'after a lost answer it is written again without a look into the org',
    needs: ['fault-answer-lost', 'created-Task'],
    sabotage: (ports) => withStored(ports, ({ mayExist: _, ...entry }) => entry),
  },
  {
    name: 'key-without-the-recipient',
    breaks: 'all Tasks of an activity carry the same key',
    needs: ['created-Task'],
    sabotage: (ports) =>
      withCreated(ports, (row) =>
        row[KEY] === undefined ? row : { ...row, [KEY]: String(row[KEY]).replace(/\/\d+$/, '/0') },
      ),
  },
  {
    name: 'no-lease',
    breaks: 'an activity that somebody is writing may be claimed by another',
    needs: ['told-doubled', 'created-Task'],
    sabotage: (ports) =>
      withRead(ports, ({ claim, ...entry }) =>
        claim === undefined ? entry : { ...entry, claim: { ...claim, untilMs: 0 } },
      ),
  },
  {
    name: 'last-teller-wins',
    breaks: 'whichever version is told last is written, however old',
    needs: ['told-updated', 'told-stale'],
    sabotage: (ports, name) =>
      name === 'admin' ? withRead(ports, (entry) => ({ ...entry, version: 0 })) : ports,
  },
  {
    name: 'no-answer-is-yes',
    breaks: 'what got no answer counts as written',
    needs: ['fault-reset', 'created-Task'],
    sabotage: (ports) =>
      withSalesforce(ports, (salesforce) => ({
        createRows: async (object, rows) => {
          try {
            return await salesforce.createRows(object, rows);
          } catch (error) {
            if (!(error instanceof AppError) || error.code !== 'salesforce-unavailable')
              throw error;
            return rows.map(() => ({ outcome: 'saved', id: NOWHERE }));
          }
        },
      })),
  },
  {
    name: 'refused-is-skipped',
    breaks: 'what Salesforce refused for good is put away as skipped',
    needs: ['validation-begins'],
    sabotage: (ports) =>
      withStored(ports, (entry) =>
        entry.state === 'failed' ? { ...entry, state: 'skipped', rows: [] } : entry,
      ),
  },
  {
    name: 'settings-of-yesterday',
    breaks: 'what an admin sets does not reach whoever writes',
    needs: ['api-role'],
    sabotage: (ports, name) =>
      name === 'activity'
        ? withPort(ports, 'activitySettings', { get: async () => undefined })
        : ports,
  },
  {
    name: 'people-of-yesterday',
    breaks: 'an address stays with whom it was first found with',
    needs: ['people-update-Contact'],
    sabotage: (ports, name) => (name === 'activity' ? withRememberedPeople(ports) : ports),
  },
  {
    name: 'snapshots-take-nothing-out',
    breaks: 'what a calendar does not hold any more stays in the org',
    needs: ['calendar-untold', 'created-Event'],
    sabotage: (ports) => withStored(ports, ({ absent: _, ...entry }) => entry),
  },
  {
    name: 'everything-is-the-sync-users',
    breaks: 'rows are not given to the user whose activities they are',
    needs: ['created-Task'],
    sabotage: (ports) => withCreated(ports, ({ OwnerId: _, ...row }) => row),
  },
];

type Change = (entry: LedgerEntry) => LedgerEntry;

/** Entries as they are written down. */
function withStored(ports: Ports, change: Change): Ports {
  const { activityLedger } = ports;
  return withPort(ports, 'activityLedger', {
    put: (orgId, entries) => activityLedger.put(orgId, entries.map(change)),
  });
}

/** Entries as they are looked up. */
function withRead(ports: Ports, change: Change): Ports {
  const { activityLedger } = ports;
  return withPort(ports, 'activityLedger', {
    getMany: async (orgId, ids) => {
      const found = await activityLedger.getMany(orgId, ids);
      return new Map([...found].map(([id, entry]) => [id, change(entry)]));
    },
  });
}

/** Tasks and Events as they are sent. */
function withCreated(ports: Ports, change: (row: Fields) => Fields): Ports {
  return withSalesforce(ports, (salesforce) => ({
    createRows: (object, rows) =>
      salesforce.createRows(object, object === 'TaskRelation' ? rows : rows.map(change)),
  }));
}

function withRememberedPeople(ports: Ports): Ports {
  const { mirror } = ports;
  const first = new Map<string, ReturnType<typeof mirror.findByEmail>>();
  return withPort(ports, 'mirror', {
    findByEmail: (orgId, email) => {
      const known = first.get(email) ?? mirror.findByEmail(orgId, email);
      first.set(email, known);
      return known;
    },
  });
}
