import { afterAll, beforeAll, expect, it } from 'vitest';
import { TASK_KINDS } from '../../../scripts/simulate/activities/told.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { userFields } from '../../support/org/user-fields.ts';
import {
  type ExpectedTask,
  expectedTasks,
  type OracleRole,
  type OracleWorld,
  type Told,
} from './oracle.ts';

const COUNT = 10_000;
const PER_REQUEST = 500;
const OTTO = 'otto@practice.example';
const SALES: OracleRole = {
  notLogged: ['email.opened', 'linkedin.inmail'],
  unresolved: true,
  bcc: true,
  ownOnly: true,
  domains: ['secret.example'],
};
const EVERYBODY: OracleRole = {
  notLogged: [],
  unresolved: false,
  bcc: false,
  ownOnly: false,
  domains: [],
};

let path: ActivityPath;
let world: OracleWorld;
let users: readonly string[];

beforeAll(async () => {
  path = await startActivityPath();
  const otto = await path.create('User', await ottoFields());
  await seedOrg(otto);
  await path.mirrorAll();
  await path.call('PUT', '/roles/Sales', {
    members: [OTTO],
    notLogged: SALES.notLogged,
    unresolved: SALES.unresolved,
    logBcc: SALES.bcc,
    opportunities: { through: 'primary-role', owned: 'by-user', closed: false },
    exclusions: { addresses: [], domains: SALES.domains },
  });
  world = await readWorld();
  users = Object.keys(world.users);
}, 120_000);
afterAll(() => path.close());

async function ottoFields() {
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  return userFields({
    username: OTTO,
    alias: 'otto',
    profileId: profile?.['Id'],
    timeZone: 'Asia/Tokyo',
  });
}

/** People with and without accounts and opportunities, with addresses that several have, and with system ones. */
async function seedOrg(otto: string): Promise<void> {
  const account = await path.create('Account', { Name: 'Acme' });
  const contacts: string[] = [];
  const names = ['ada', 'bob', 'cy', 'di', 'ed', 'info', 'team', 'teammate', 'ada', 'bob', 'fay'];
  for (const [n, name] of names.entries()) {
    const domain = n === 10 ? 'eu.secret.example' : 'acme.example';
    const contact = {
      LastName: `${name} ${n}`,
      Email: `${n % 2 ? name : name.toUpperCase()}@${domain}`,
      ...(n % 3 > 0 && { AccountId: account }),
      ...(n % 4 === 0 && { OwnerId: otto }),
    };
    contacts.push(await path.create('Contact', contact));
  }
  for (const name of ['ada', 'lea', 'leo', 'lea']) {
    const lead = { LastName: name, Company: 'C', Email: `${name}@acme.example` };
    await path.create('Lead', lead);
  }
  for (let n = 0; n < 8; n += 1) {
    const opportunity = await path.create('Opportunity', {
      Name: `Deal ${n}`,
      AccountId: account,
      StageName: n % 4 === 3 ? 'Closed Won' : 'Prospecting',
      CloseDate: `2099-0${1 + (n % 3)}-01`,
      ...(n % 2 === 0 && { OwnerId: otto }),
    });
    for (const contact of [contacts[n % 4], contacts[(n * 3) % 5]]) {
      const role = { OpportunityId: opportunity, ContactId: contact, IsPrimary: n % 3 !== 2 };
      await path.create('OpportunityContactRole', role);
    }
  }
}

/** The world as the org tells it. */
async function readWorld(): Promise<OracleWorld> {
  const text = (value: unknown) => String(value ?? '');
  const people = async (object: 'Contact' | 'Lead', account: string) => {
    const rows = await path.soql(
      `SELECT Id, Name, Email, OwnerId, SystemModstamp${account} FROM ${object}`,
    );
    return rows.map((row) => ({
      object,
      id: text(row['Id']),
      email: text(row['Email']),
      name: text(row['Name']),
      owner: text(row['OwnerId']),
      account: row['AccountId'] ? text(row['AccountId']) : null,
      stamp: text(row['SystemModstamp']),
    }));
  };
  const roles = await path.soql(
    'SELECT OpportunityId, ContactId FROM OpportunityContactRole WHERE IsPrimary = true',
  );
  const deals = await path.soql(
    'SELECT Id, OwnerId, IsClosed, CloseDate, CreatedDate FROM Opportunity',
  );
  const [me] = await path.soql(`SELECT Id, Email FROM User WHERE Email != '${OTTO}' LIMIT 1`);
  const [otto] = await path.soql(`SELECT Id FROM User WHERE Email = '${OTTO}'`);
  return {
    records: [...(await people('Contact', ', AccountId')), ...(await people('Lead', ''))],
    opportunities: deals.map((deal) => ({
      id: text(deal['Id']),
      owner: text(deal['OwnerId']),
      closed: deal['IsClosed'] === true,
      closes: text(deal['CloseDate']),
      created: text(deal['CreatedDate']),
      primary: roles
        .filter((role) => role['OpportunityId'] === deal['Id'])
        .map((role) => text(role['ContactId'])),
    })),
    users: {
      [text(me?.['Email'])]: { id: text(me?.['Id']), role: EVERYBODY },
      [OTTO]: { id: text(otto?.['Id']), role: SALES },
    },
  };
}

/** A small generator of our own: the same activities at every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const NAMES = ['ada', 'bob', 'cy', 'di', 'ed', 'info', 'team', 'teammate', 'lea', 'leo', 'nobody'];
/** Meetings have tests of their own. */
const KINDS = TASK_KINDS.filter((kind) => !kind.startsWith('meeting.'));

function generate(n: number, roll: (sides: number) => number): Told {
  const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
  const address = () => {
    if (roll(12) === 0) return 'fay@eu.secret.example';
    const name = pick(NAMES);
    const tagged = roll(5) === 0 ? `${name}+x${roll(3)}` : name;
    return `${roll(4) === 0 ? tagged.toUpperCase() : tagged}@acme.example`;
  };
  const list = () => Array.from({ length: 1 + roll(3) }, address);
  const kind = pick(KINDS);
  const base = { id: `o-${n}`, kind, at: '2026-11-20T09:30:15Z', user: pick(users) };
  const sequence =
    roll(2) === 0 ? {} : { sequence: { name: `Seq ${roll(3)}`, stage: 1 + roll(4) } };
  const mail = { ...base, subject: `Subject ${n}` };
  const task = { ...base, person: address(), done: roll(2) === 0, subject: `Task ${n}` };
  switch (kind) {
    case 'email.sent':
    case 'email.reply-sent':
      return {
        ...mail,
        ...sequence,
        to: list(),
        ...(roll(3) === 0 && { cc: list() }),
        ...(roll(3) === 0 && { bcc: list() }),
      };
    case 'email.received':
      return { ...mail, from: address() };
    case 'email.replied':
      return { ...mail, ...sequence, from: address() };
    case 'email.opened':
    case 'email.clicked': {
      const mailbox = { mailbox: pick(['gmail', 'outlook']), to: list() };
      const url = kind === 'email.clicked' ? { url: `https://x.example/${n}` } : {};
      return { ...mail, ...sequence, ...mailbox, ...url, by: address() };
    }
    case 'email.downloaded':
      return { ...mail, ...sequence, by: address(), fileName: `File ${n}.pdf` };
    case 'email.bounced':
      return { ...mail, ...sequence, recipient: address() };
    case 'todo':
      return task;
    case 'call':
      return {
        ...base,
        person: address(),
        detail:
          roll(2) === 0
            ? { origin: 'dashboard-task', subject: `Call ${n}`, done: true }
            : { origin: 'sidebar-dialed', phoneNumber: `+1${n}`, phoneField: 'Mobile' },
      };
    default:
      return { ...task, stage: 1 + roll(5) };
  }
}

/** Requests that the org has counted; each look is one more. */
async function callsMade(): Promise<number> {
  const answer = await path.practice.fetch('GET', '/services/data/v66.0/limits');
  const { DailyApiRequests } = (await answer.json()) as {
    DailyApiRequests: { Max: number; Remaining: number };
  };
  return DailyApiRequests.Max - DailyApiRequests.Remaining;
}

async function writtenTasks(): Promise<ExpectedTask[]> {
  const tasks: ExpectedTask[] = [];
  for (let after = ''; ; ) {
    const rows = await path.soql(
      `SELECT Id, Mixmax_Activity_Id__c, Subject, Type, OwnerId, WhoId, WhatId FROM Task ${after} ORDER BY Id LIMIT 2000`,
    );
    for (const row of rows) {
      tasks.push({
        key: String(row['Mixmax_Activity_Id__c']),
        subject: String(row['Subject']),
        type: row['Type'] as string | null,
        owner: String(row['OwnerId']),
        who: row['WhoId'] as string | null,
        what: row['WhatId'] as string | null,
      });
    }
    if (rows.length < 2_000) return tasks;
    after = `WHERE Id > '${rows.at(-1)?.['Id']}'`;
  }
}

it(`${COUNT} generated activities become the Tasks that the help page says, and no others`, async () => {
  const roll = dice(20_261_122);
  const told = Array.from({ length: COUNT }, (_, n) => generate(n, roll));
  for (let start = 0; start < COUNT; start += PER_REQUEST) {
    await path.post(...told.slice(start, start + PER_REQUEST));
  }
  const callsBefore = await callsMade();
  await path.write();
  const calls = (await callsMade()) - callsBefore;
  const byKey = (tasks: readonly ExpectedTask[]) =>
    [...tasks].sort((a, b) => (a.key < b.key ? -1 : 1));
  const expected = byKey(told.flatMap((one) => expectedTasks(one, world)));
  const written = byKey(await writtenTasks());
  expect(expected.length).toBeGreaterThan(COUNT / 2);
  expect(expected.filter(({ who }) => who === null).length).toBeGreaterThan(100);
  const different = written.filter((task, place) => {
    return JSON.stringify(task) !== JSON.stringify(expected[place]);
  });
  expect(different.slice(0, 3), 'the first that differ').toEqual([]);
  expect(written).toHaveLength(expected.length);
  // Full calls of 200 rows, and what planning and the ends of batches add.
  expect(calls).toBeLessThanOrEqual(Math.ceil(expected.length / 200) + 45);
}, 600_000);
