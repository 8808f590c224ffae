import type { ExpectedTask, OracleWorld } from '../../../test/property/activities/oracle.ts';
import type { World } from '../world.ts';
import type { LedgerFacts } from './activity-journal.ts';
import { expectedRows } from './expected-rows.ts';
import { markIn, type OurRecord, ourRecords } from './our-records.ts';
import type { SentRow } from './row-watch.ts';
import type { Told } from './told.ts';
import { WorldHistory } from './world-history.ts';

const KEY = 'Mixmax_Activity_Id__c';

/** A time in which one worker had an activity: from its claim to when it wrote down how it ended. */
interface Turn {
  readonly begun: LedgerFacts;
  readonly from: number;
  readonly to: number;
}

/**
 * Judges what became of activities by what was told, what was sent to the org and what the org holds, without any code
 * of the receiver. Each check answers what is wrong, in words; nothing when all is well.
 */
export class ActivityJudge {
  readonly #world: World;
  readonly #history: WorldHistory;
  readonly #ledger: ReadonlyMap<string, readonly LedgerFacts[]>;
  /** Every version that may have been taken. */
  readonly #told: ReadonlyMap<string, readonly Told[]>;
  readonly #records: readonly OurRecord[];

  constructor(world: World) {
    const { journal, rows, book } = world.activities;
    this.#world = world;
    this.#history = new WorldHistory(journal, rows.deals);
    this.#ledger = journal.ledger();
    this.#told = book.possible();
    this.#records = ourRecords(world.org);
  }

  /** Whatever was taken has ended, at its last version, and what it says is written is there. */
  lost(): readonly string[] {
    const present = new Set(this.#records.map(({ id }) => id));
    return [...this.#world.activities.book.taken()].flatMap(([id, versions]) => {
      const entry = this.#ledger.get(id)?.at(-1);
      if (entry === undefined) return [`${id} was taken and is not in the ledger`];
      const version = Math.max(...versions.map((told) => told.version));
      if (entry.version < version) return [`${id} is at version ${entry.version} of ${version}`];
      if (entry.state === 'queued' || entry.state === 'writing') {
        return [`${id} is ${entry.state} for ever: ${entry.problem}`];
      }
      if (entry.state === 'failed' && !this.#mayFail(entry)) {
        return [`${id} failed in fair weather: ${entry.problem}`];
      }
      if (entry.state !== 'written' && entry.state !== 'unresolved') return [];
      const missing = entry.rows.filter(({ recordId = '' }) => !present.has(recordId));
      return missing.map(
        ({ key, recordId }) => `${key} is ${entry.state} as ${recordId}, which is not there`,
      );
    });
  }

  /** What somebody deleted cannot be changed any more, and what nobody can tell apart is left to people. */
  #mayFail({ id, problem = '' }: LedgerFacts): boolean {
    const isGone = this.#records.some(({ key, deleted }) => deleted && key.startsWith(`${id}/`));
    return problem !== '' && (isGone || problem.includes('several records there could be it'));
  }

  /** Nothing is in the org twice, and nothing that the ledger does not know. */
  twice(): readonly string[] {
    const keyed = Map.groupBy(
      this.#records.filter(({ key }) => key !== ''),
      ({ key }) => key,
    );
    const doubles = [...keyed].flatMap(([key, records]) =>
      records.length > 1 ? [`${key} is in the org ${records.length} times`] : [],
    );
    const known = this.#knownRecords();
    const strangers = this.#records.flatMap(({ id, key, subject }) =>
      known.has(id) ? [] : [`${id} (${key || subject}) is in the org and not in the ledger`],
    );
    return [...doubles, ...strangers, ...this.#shared()];
  }

  /** Ids that any version of any entry held. */
  #knownRecords(): ReadonlySet<string> {
    const facts = [...this.#ledger.values()].flat();
    return new Set(
      facts.flatMap(({ rows, removed = [] }) => [
        ...rows.flatMap(({ recordId }) => recordId ?? []),
        ...removed,
      ]),
    );
  }

  /** Two activities that say the same are two Tasks. */
  #shared(): readonly string[] {
    const rows = [...this.#ledger.values()].flatMap((facts) => facts.at(-1)?.rows ?? []);
    const owners = Map.groupBy(
      rows.filter(({ recordId }) => recordId !== undefined),
      ({ recordId }) => recordId,
    );
    return [...owners].flatMap(([id, sharing]) =>
      sharing.length > 1
        ? [`${id} is taken for ${sharing.map(({ key }) => key).join(' and ')}`]
        : [],
    );
  }

  /** Every row that was sent says what the rules say of it, for some state of the world in its worker's turn. */
  wrong(): readonly string[] {
    return this.#world.activities.rows.sent.flatMap((row) => this.#faultOf(row) ?? []);
  }

  #faultOf(row: SentRow): string | undefined {
    const name = `${String(row.fields['Subject'])} (${row.fields[KEY]})`;
    const turns = this.#idsOf(row).map((id) => [id, this.#turnAt(id, row.place)] as const);
    const claimed = turns.flatMap(([id, turn]) => (turn === undefined ? [] : [{ id, turn }]));
    if (claimed.length === 0) return `${name} was sent by nobody who had claimed it`;
    const expected = claimed.flatMap(({ id, turn }) => this.#expected(id, turn).flat());
    if (expected.some((one) => says(row, one))) return undefined;
    const sent = JSON.stringify(row.fields);
    return `${name} was sent as ${sent}, not as one of ${JSON.stringify(expected.slice(0, 4))}`;
  }

  /** Of the activities that a sent row may be of: one, unless it carries no key. */
  #idsOf({ fields }: SentRow): readonly string[] {
    const key = fields[KEY];
    if (typeof key === 'string') return [key.slice(0, key.lastIndexOf('/'))];
    const mark = markIn(String(fields['Subject']));
    const says = `#${mark?.number}v`;
    return [...this.#told]
      .filter(([, versions]) => versions.some((told) => JSON.stringify(told).includes(says)))
      .map(([id]) => id);
  }

  #turnAt(id: string, place: number): Turn | undefined {
    const facts = this.#ledger.get(id) ?? [];
    const last = facts.findLastIndex((one) => one.place <= place);
    const token = facts[last]?.claim?.token;
    if (facts[last]?.state !== 'writing' || token === undefined) return undefined;
    const begun = facts.find(({ claim }) => claim?.token === token);
    return begun && { begun, from: begun.place, to: place };
  }

  /** What an activity comes to in each state of the world in a turn. */
  #expected(id: string, { begun, from, to }: Turn): readonly (readonly ExpectedTask[])[] {
    const versions = this.#told.get(id) ?? [];
    const told = versions.filter(({ version }) => version === begun.version);
    return told.flatMap((one) => {
      const worlds = this.#history.between(from, to, { address: one.user, id: begun.userId });
      return worlds.map((world: OracleWorld) =>
        expectedRows(one, world, (address) => this.#history.userAt(to, address)),
      );
    });
  }

  /** How an activity ended is how it could end in some state of the world in its last turn, person by person. */
  ended(): readonly string[] {
    return [...this.#ledger].flatMap(([id, facts]) => {
      const last = facts.findLastIndex(({ state }) => state === 'writing');
      const [writing, end] = [facts[last], facts[last + 1]];
      if (writing === undefined || end === undefined || this.#isOver(id, end)) return [];
      if (!['written', 'unresolved', 'skipped'].includes(end.state)) return [];
      const turn = this.#turnAt(id, writing.place);
      return turn === undefined ? [] : this.#endFaults(id, end, { ...turn, to: end.place });
    });
  }

  /** A meeting that is cancelled, has begun or has left somebody's calendar: its Events go or stay as they were. */
  #isOver(id: string, { version, absent = [] }: LedgerFacts): boolean {
    const told = (this.#told.get(id) ?? []).filter((one) => one.version === version);
    return (
      absent.length > 0 ||
      told.some(({ kind, status, when }) => {
        if (kind !== 'calendar.event') return false;
        const { start } = when as { readonly start: string };
        return status === 'cancelled' || Date.parse(start) < this.#world.org.clock.now();
      })
    );
  }

  #endFaults(id: string, end: LedgerFacts, turn: Turn): readonly string[] {
    const states = this.#expected(id, turn);
    const all = states.flat();
    const untrue = end.rows.filter(
      (row) => !all.some((one) => one.key === row.key && one.who === (row.whoIds[0] ?? null)),
    );
    const held = new Set(end.rows.map(({ key }) => key));
    const needed = all
      .map(({ key }) => key)
      .filter((key) => states.every((rows) => rows.some((row) => row.key === key)));
    const missing = [...new Set(needed)].filter((key) => !held.has(key));
    return [
      ...untrue.map(({ key, whoIds }) => `${key} ended on ${whoIds[0] ?? 'nobody'}`),
      ...missing.map((key) => `${key} was left out: ${JSON.stringify(end.skips)}`),
    ];
  }

  /** No older version is sent after a newer one, and what is there says the last one. */
  backwards(): readonly string[] {
    const versions = new Map<string, number>();
    const sent = this.#world.activities.rows.sent.flatMap(({ fields }) => {
      const key = fields[KEY];
      const version = markIn(String(fields['Subject']))?.version;
      if (typeof key !== 'string' || version === undefined) return [];
      const before = versions.get(key) ?? 0;
      versions.set(key, Math.max(before, version));
      return version < before ? [`${key} was sent at version ${version} after ${before}`] : [];
    });
    return [...sent, ...this.#outdated()];
  }

  #outdated(): readonly string[] {
    const byId = new Map(this.#records.map((record) => [record.id, record]));
    return [...this.#ledger].flatMap(([id, facts]) => {
      const entry = facts.at(-1);
      if (entry?.state !== 'written') return [];
      const wanted = this.#marksOf(id, entry.version);
      return entry.rows.flatMap(({ key, recordId = '' }) => {
        const record = byId.get(recordId);
        const version = record && markIn(record.subject)?.version;
        const isOld = record?.deleted === false && !wanted.has(version);
        return isOld ? [`${key} says version ${version} and not ${[...wanted]}`] : [];
      });
    });
  }

  /** What subjects of a version may be marked with: senders may tell of one meeting in several ways. */
  #marksOf(id: string, version: number): ReadonlySet<number | undefined> {
    const texts = (this.#told.get(id) ?? []).filter((told) => told.version === version);
    const marks = texts.flatMap(({ title, subject, booked, detail, fileName, url }) =>
      [title, subject, JSON.stringify({ booked, detail, fileName, url })].map((text) =>
        markIn(String(text)),
      ),
    );
    return new Set(marks.map((mark) => mark?.version));
  }

  /** Nobody is waited for who is in Salesforce. */
  waiting(): readonly string[] {
    const { journal } = this.#world.activities;
    const place = journal.place();
    return [...this.#ledger].flatMap(([id, facts]) => {
      const entry = facts.at(-1);
      if (entry?.state !== 'unresolved') return [];
      const states = this.#expected(id, { begun: entry, from: place, to: place });
      return entry.rows.flatMap(({ key, whoIds }) => {
        const isThere = states.every((rows) =>
          rows.some((one) => one.key === key && one.who !== null),
        );
        return whoIds.length === 0 && isThere ? [`${key} waits for somebody who is there`] : [];
      });
    });
  }
}

function says({ fields, create }: SentRow, expected: ExpectedTask): boolean {
  return (
    (fields[KEY] === undefined || fields[KEY] === expected.key) &&
    oneLine(fields['Subject']) === oneLine(expected.subject) &&
    (fields['Type'] ?? null) === expected.type &&
    (fields['WhoId'] ?? null) === expected.who &&
    (fields['WhatId'] ?? null) === expected.what &&
    (!create || fields['OwnerId'] === expected.owner)
  );
}

/** Names have line breaks in these histories, subjects have none. */
function oneLine(text: unknown): string {
  return String(text).replaceAll(/\s+/g, ' ').trim();
}
