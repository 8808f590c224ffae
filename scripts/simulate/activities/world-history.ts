import type { OracleRole, OracleWorld } from '../../../test/property/activities/oracle.ts';
import type {
  ActivityJournal,
  JournalRecord,
  RoleFacts,
  SettingsFacts,
} from './activity-journal.ts';
import type { DealFacts } from './deal-facts.ts';

/** The role of everybody, as long as no admin has changed it. */
const LOGS_ALL: RoleFacts = {
  notLogged: [],
  unresolved: false,
  logBcc: false,
  opportunities: { owned: 'all' },
  exclusions: { domains: [] },
  members: [],
};

/** What the receiver knew of people and settings, and the org held of opportunities, at any place of the journal. */
export class WorldHistory {
  readonly #people: ReadonlyMap<string, readonly JournalRecord[]>;
  readonly #settings: readonly SettingsFacts[];
  readonly #changes: readonly number[];
  readonly #deals: readonly DealFacts[];

  constructor(journal: ActivityJournal, deals: readonly DealFacts[]) {
    const people = journal.people();
    this.#settings = journal.settings();
    this.#people = Map.groupBy(people, ({ id }) => id);
    const places = [...people, ...this.#settings].map(({ place }) => place);
    this.#changes = places.toSorted((a, b) => a - b);
    this.#deals = deals;
  }

  /**
   * The worlds that a worker may have looked at between two places: every state of people and settings, each with every
   * state of the opportunities that it read meanwhile.
   *
   * @param user whose activity it is
   */
  between(from: number, to: number, user: { address: string; id: string }): readonly OracleWorld[] {
    const places = [from, ...this.#changes.filter((place) => place > from && place <= to)];
    const read = this.#deals.filter(({ place }) => place >= from && place <= to);
    const deals = read.length > 0 ? read : [NO_DEALS];
    return places.flatMap((place) => {
      const records = this.#recordsAt(place);
      const { exclusions, roles } = lastBefore(this.#settings, place) ?? NO_SETTINGS;
      const role = roleOf(roles[DEFAULT] ?? LOGS_ALL);
      const users = { [user.address]: { id: user.id, role } };
      return deals.map(({ opportunities }) => ({ records, opportunities, users, exclusions }));
    });
  }

  /** Active users of an address. */
  userAt(place: number, address: string): string | undefined {
    const live = this.#liveAt(place).filter(
      ({ id, fields }) =>
        id.startsWith('005') &&
        fields['IsActive'] === true &&
        String(fields['Email']).toLowerCase() === address.toLowerCase(),
    );
    return live.map(({ id }) => id).toSorted()[0];
  }

  #recordsAt(place: number): OracleWorld['records'] {
    return this.#liveAt(place).flatMap((record) => {
      const { id, fields, stampMs } = record;
      const email = fields['Email'];
      if (id.startsWith('005') || typeof email !== 'string') return [];
      if (fields['IsConverted'] === true) return [];
      const object = id.startsWith('003') ? ('Contact' as const) : ('Lead' as const);
      const account = object === 'Contact' ? textOrNull(fields['AccountId']) : null;
      const owner = String(fields['OwnerId']);
      const stamp = String(stampMs).padStart(16, '0');
      return [{ object, id, email, owner, account, stamp, name: nameOf(fields) }];
    });
  }

  #liveAt(place: number): readonly JournalRecord[] {
    return [...this.#people.values()].flatMap((versions) => {
      const last = lastBefore(versions, place);
      return last?.live === true ? [last] : [];
    });
  }
}

const DEFAULT = 'default';
const NO_DEALS: Pick<DealFacts, 'opportunities'> = { opportunities: [] };
const NO_SETTINGS: Pick<SettingsFacts, 'exclusions' | 'roles'> = {
  exclusions: { localParts: [], allowed: [] },
  roles: {},
};

function lastBefore<T extends { readonly place: number }>(
  versions: readonly T[],
  place: number,
): T | undefined {
  return versions.findLast((one) => one.place <= place);
}

function roleOf({
  notLogged,
  unresolved,
  logBcc,
  opportunities,
  exclusions,
}: RoleFacts): OracleRole {
  const { domains } = exclusions;
  return {
    notLogged,
    unresolved,
    bcc: logBcc,
    ownOnly: opportunities.owned === 'by-user',
    domains,
  };
}

function nameOf({ Name, FirstName, LastName }: JournalRecord['fields']): string {
  if (typeof Name === 'string') return Name;
  return [FirstName, LastName].filter((part) => typeof part === 'string').join(' ');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
