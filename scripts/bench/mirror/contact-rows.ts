import { idChecksum } from '../../../lambdas/core/ids.ts';

/** The object that is mirrored in the measurement: 20 columns, as the receiver asks for them. */
export const OBJECT = 'Contact';

/** API name and Salesforce's type. The first three make version and state, the others the field set. */
export const COLUMNS: readonly { readonly name: string; readonly type: string }[] = [
  { name: 'Id', type: 'id' },
  { name: 'SystemModstamp', type: 'datetime' },
  { name: 'IsDeleted', type: 'boolean' },
  { name: 'AccountId', type: 'reference' },
  { name: 'Birthdate', type: 'date' },
  { name: 'CreatedDate', type: 'datetime' },
  { name: 'Department', type: 'string' },
  { name: 'Email', type: 'email' },
  { name: 'FirstName', type: 'string' },
  { name: 'HasOptedOutOfEmail', type: 'boolean' },
  { name: 'LastName', type: 'string' },
  { name: 'LeadSource', type: 'picklist' },
  { name: 'MailingCity', type: 'string' },
  { name: 'MailingCountry', type: 'string' },
  { name: 'MobilePhone', type: 'phone' },
  { name: 'Name', type: 'string' },
  { name: 'OwnerId', type: 'reference' },
  { name: 'Phone', type: 'phone' },
  { name: 'Revenue__c', type: 'currency' },
  { name: 'Title', type: 'string' },
];

export const FIELDS: readonly string[] = COLUMNS.slice(3).map(({ name }) => name);

const FIRST_NAMES = ['Ana', 'Björn', 'Chen', 'Dara', 'Emeka', 'Farah', 'Goran', 'Hye-jin'];
const LAST_NAMES = ['Okafor', 'Müller', 'Nguyen', 'Ó Briain', 'Silva', 'Tanaka', 'Weiß'];
const CITIES = ['Lisbon', 'São Paulo', 'Oslo', 'Pune', 'Québec'];
const TITLES = ['Buyer', 'Head of "Special" Projects', 'CTO', 'Engineer, Field'];

export type ContactValues = Readonly<Record<string, string | number | boolean>>;

/** Contact number `n`, always the same; values as a notice carries them. */
export function contact(n: number): ContactValues {
  const first = pick(FIRST_NAMES, n);
  const last = pick(LAST_NAMES, n * 7);
  return {
    Id: recordId('003', n + 1),
    SystemModstamp: '2026-11-01T08:30:00.000Z',
    IsDeleted: false,
    AccountId: recordId('001', (n % 5000) + 1),
    Birthdate: `19${60 + (n % 40)}-0${1 + (n % 9)}-1${n % 10}`,
    CreatedDate: '2026-10-01T08:30:00.000Z',
    Department: `Department ${n % 90}`,
    Email: `${scattered(n)}.${n}@company${n % 997}.example`,
    FirstName: first,
    HasOptedOutOfEmail: n % 11 === 0,
    LastName: last,
    LeadSource: n % 2 === 0 ? 'Web' : 'Partner Referral',
    MailingCity: pick(CITIES, n),
    MailingCountry: 'Portugal',
    MobilePhone: `+1 415 555 ${String(n % 10_000).padStart(4, '0')}`,
    Name: `${first} ${last}`,
    OwnerId: recordId('005', (n % 50) + 1),
    Phone: `+49 30 ${1_000_000 + (n % 900_000)}`,
    Revenue__c: (n % 10_000) + 0.5,
    Title: pick(TITLES, n),
  };
}

function pick(list: readonly string[], n: number): string {
  return list[n % list.length] ?? '';
}

/** A row of a Bulk result: every cell in quotes, as Salesforce writes them, ended by LF. */
export function csvRow(n: number): string {
  const values = contact(n);
  return `${COLUMNS.map(({ name }) => quoted(String(values[name]))).join(',')}\n`;
}

export function csvHeader(): string {
  return `${COLUMNS.map(({ name }) => quoted(name)).join(',')}\n`;
}

/** Addresses come in no order, unlike ids: an index of them is written all over. */
function scattered(n: number): string {
  return (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(36);
}

/** 18 characters; ascending in n, as the ids of records made one after the other are. */
function recordId(prefix: string, n: number): string {
  const id = `${prefix}${String(n).padStart(12, '0')}`;
  return id + idChecksum(id);
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
