import type { Org } from '../../local/org/org.ts';
import type { Random } from '../../local/seeded-random.ts';
import { CRM_OBJECTS, type CrmObject } from './steps.ts';

export type Input = Readonly<Record<string, unknown>>;

/** Ids of an object's living records, in id order. */
export function livingIds(org: Org, object: CrmObject): readonly string[] {
  const where = object === 'User' ? `Profile.Name != null` : 'IsDeleted = false';
  return idsOf(org, `SELECT Id FROM ${object} WHERE ${where} ORDER BY Id`, false);
}

/** The object itself, or the next one of which something lies in the Recycle Bin and was not merged away. */
export function binned(
  org: Org,
  object: CrmObject,
): { readonly object: CrmObject; readonly ids: readonly string[] } {
  for (const one of pickSome(CRM_OBJECTS, CRM_OBJECTS.indexOf(object) / CRM_OBJECTS.length, 7)) {
    const ids = binnedIds(org, one);
    if (ids.length > 0) return { object: one, ids };
  }
  return { object, ids: [] };
}

function binnedIds(org: Org, object: CrmObject): readonly string[] {
  if (object === 'User') return [];
  const merged = org.store.schema.find(object)?.fields.has('masterrecordid') === true;
  const where = merged ? 'IsDeleted = true AND MasterRecordId = null' : 'IsDeleted = true';
  return idsOf(org, `SELECT Id FROM ${object} WHERE ${where} ORDER BY Id`, true);
}

function idsOf(org: Org, soql: string, allRows: boolean): readonly string[] {
  const options = { allRows, nowMs: org.clock.now(), userId: org.orgId };
  return [...org.soql.runArrays(org.soql.plan(soql), options)].map(([id]) => String(id));
}

/** @param share in [0, 1) */
export function pickOne<T>(items: readonly T[], share: number): T | undefined {
  return items[Math.floor(share * items.length)];
}

/** Up to `count` neighbours of the one at `share`. */
export function pickSome<T>(items: readonly T[], share: number, count: number): readonly T[] {
  const start = Math.floor(share * items.length);
  return [...items.slice(start), ...items.slice(0, start)].slice(0, count);
}

/** Texts that formats and their readers stumble over. */
const AWKWARD = [
  'plain',
  'comma, and "quotes"',
  'line\nbreak',
  'NA',
  'null',
  '=1+1',
  ' spaces ',
  'Zoë Ünïcødé 漢字 🙂',
  "O'Hara",
  '0012',
  'back\\slash',
  '',
];

function text(random: Random): string {
  return `${AWKWARD[random.integer(AWKWARD.length)]} ${random.integer(1_000)}`.trimStart();
}

function chance<T>(random: Random, share: number, value: () => T): T | null {
  return random.next() < share ? value() : null;
}

function email(random: Random): string {
  return `person${random.integer(40)}@example.com`;
}

type Maker = (org: Org, random: Random) => Input;

/** What a user may enter: enough for an insert, and any part of it for an update. */
const MAKERS: Readonly<Record<CrmObject, Maker>> = {
  Account: (org, random) => ({
    Name: `Account ${text(random)}`,
    Phone: chance(random, 0.5, () => `+1${random.integer(1e9)}`),
    Description: chance(random, 0.3, () => text(random)),
    AnnualRevenue: chance(random, 0.5, () => random.integer(1e6)),
    NumberOfEmployees: chance(random, 0.5, () => random.integer(1_000)),
    ParentId: chance(random, 0.2, () => anyOf(org, 'Account', random)),
  }),
  Contact: (org, random) => ({
    FirstName: chance(random, 0.8, () => text(random).slice(0, 40)),
    LastName: `Doe ${random.integer(100)}`,
    Email: chance(random, 0.8, () => email(random)),
    Title: chance(random, 0.5, () => text(random)),
    AccountId: chance(random, 0.8, () => anyOf(org, 'Account', random)),
    Birthdate: chance(
      random,
      0.3,
      () => `19${50 + random.integer(50)}-02-0${1 + random.integer(9)}`,
    ),
    DoNotCall: random.next() < 0.5,
  }),
  Lead: (_, random) => ({
    LastName: `Lead ${random.integer(100)}`,
    Company: `Company ${text(random)}`,
    Email: chance(random, 0.8, () => email(random)),
    NumberOfEmployees: chance(random, 0.5, () => random.integer(1_000)),
  }),
  Opportunity: (org, random) => ({
    Name: `Deal ${text(random)}`,
    StageName: ['Prospecting', 'Qualification', 'Closed Won'][random.integer(3)],
    CloseDate: `2027-0${1 + random.integer(9)}-15`,
    Amount: chance(random, 0.7, () => random.integer(1e7) / 100),
    AccountId: chance(random, 0.8, () => anyOf(org, 'Account', random)),
  }),
  Task: (org, random) => ({
    Subject: `Call ${text(random)}`,
    Status: ['Not Started', 'In Progress', 'Completed'][random.integer(3)],
    ActivityDate: chance(random, 0.5, () => `2026-12-0${1 + random.integer(9)}`),
    WhoId: chance(random, 0.6, () => anyOf(org, 'Contact', random)),
    WhatId: chance(random, 0.6, () => anyOf(org, 'Account', random)),
  }),
  Event: (org, random) => ({
    Subject: `Meeting ${text(random)}`,
    StartDateTime: `2026-12-0${1 + random.integer(9)}T10:00:00.000Z`,
    DurationInMinutes: 30 + random.integer(60),
    WhoId: chance(random, 0.6, () => anyOf(org, 'Contact', random)),
  }),
  User: (_, random) => ({
    LastName: `User ${random.integer(100)}`,
    Title: chance(random, 0.5, () => text(random).slice(0, 70)),
  }),
};

function anyOf(org: Org, object: CrmObject, random: Random): string | null {
  return pickOne(livingIds(org, object), random.next()) ?? null;
}

/** Values of a new record. */
export function newValues(org: Org, object: CrmObject, random: Random): Input {
  const values = MAKERS[object](org, random);
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** One to three new values for a record that is there. */
export function changedValues(org: Org, object: CrmObject, random: Random): Input {
  const entries = Object.entries(MAKERS[object](org, random));
  const count = 1 + random.integer(3);
  return Object.fromEntries(pickSome(entries, random.next(), count));
}
