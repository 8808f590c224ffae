import { type DataSubject, mentions } from './data-subject.ts';
import { type OrgId, toId18 } from './ids.ts';

export type QueueName = 'notices' | 'bulk' | 'activities';

/** A message that was given up after its last delivery. */
export interface DeadLetter {
  /** The queue's own id of the message: parking it a second time changes nothing. */
  readonly id: string;
  readonly orgId: OrgId;
  readonly queue: QueueName;
  /** JSON, as it was sent. */
  readonly body: string;
  readonly sentAtMs: number;
  readonly parkedAtMs: number;
  readonly receives: number;
  /** Why the last delivery failed; never a record's values (core/failure-reason.ts). */
  readonly reason: string;
}

/** How often a message is given out before it is parked (the queues' redrive policy). */
export const MAX_RECEIVE_COUNT = 5;

/** Of a message that nobody lived to fail: whoever handled it was stopped each time. */
export const UNSAID_REASON = `Given out ${MAX_RECEIVE_COUNT} times and never handled; no reason was given.`;

/** What a letter is about, without any value: its type, and the objects and number of records it names. */
export interface LetterSubject {
  readonly type: string;
  readonly objects: string[];
  readonly records: number;
}

const NAME = /^[A-Za-z][A-Za-z0-9_.]{0,79}$/;
const ID = /^[A-Za-z0-9]{15,18}$/;
const WEBHOOK_IDS = /^[\x20-\x7e]{1,1024}$/;

/** Read with care: that nobody could read it may be why it lies here. */
export function letterSubject({ body }: Pick<DeadLetter, 'body'>): LetterSubject {
  const message = membersOf(parse(body));
  const groups = groupsOf(message);
  const objects = new Set(groups.map(({ object }) => nameOf(object)).filter((name) => name !== ''));
  const records = groups.reduce((sum, { ids }) => sum + (Array.isArray(ids) ? ids.length : 0), 0);
  return { type: nameOf(message['type']) || 'unreadable', objects: [...objects].sort(), records };
}

/** The first ids of records that a letter names. */
export function letterRecords({ body }: Pick<DeadLetter, 'body'>, limit: number): string[] {
  const ids = groupsOf(membersOf(parse(body))).flatMap(({ ids: given }) =>
    Array.isArray(given) ? given.slice(0, limit) : [],
  );
  return [
    ...new Set(ids.map(nameOrEmpty).filter((id) => ID.test(id) && toId18(id) !== undefined)),
  ].slice(0, limit);
}

/** The webhook id of the notice that a message brings or follows from; undefined where it names none. */
export function letterWebhookId(body: string): string | undefined {
  const id = membersOf(parse(body))['webhookId'];
  return typeof id === 'string' && WEBHOOK_IDS.test(id) ? id : undefined;
}

/** Whose letter it is: by the group it was sent in, else by its own word. Both were written by us. */
export function letterOrg(messageGroup: string | undefined, body: string): OrgId | undefined {
  const named = messageGroup ?? nameOrEmpty(membersOf(parse(body))['orgId']);
  const id = toId18(named);
  return id?.startsWith('00D') ? (id as OrgId) : undefined;
}

/**
 * A letter without the values that tell of a person. Records keep their ids: what the notice does not bring is read
 * from Salesforce, which has the person no more. A body that nobody can read is emptied when it mentions them.
 */
export function letterWithout(subject: DataSubject, letter: DeadLetter): DeadLetter {
  const message = parse(letter.body);
  const isRead = message !== undefined;
  if (!mentions(subject, isRead ? message : letter.body)) return letter;
  const notice = membersOf(membersOf(message)['notice']);
  const { changes } = notice;
  if (!Array.isArray(changes)) {
    return isRead && !mentionsText(subject, message) ? letter : { ...letter, body: '{}' };
  }
  const kept = changes.map((change) => changeWithout(subject, change));
  const body = JSON.stringify({ ...membersOf(message), notice: { ...notice, changes: kept } });
  return body === letter.body ? letter : { ...letter, body };
}

function changeWithout(subject: DataSubject, change: unknown): unknown {
  const { records, ...rest } = membersOf(change);
  if (!Array.isArray(records)) return change;
  const kept = records.filter((record) => !mentions(subject, record));
  return kept.length === records.length ? change : { ...rest, records: kept };
}

/** Ids tell a queue what to do, and nobody else anything. */
function mentionsText({ addresses }: DataSubject, message: unknown): boolean {
  return mentions({ addresses, ids: new Set() }, message);
}

/** What names records: each change of a notice, or the message itself. */
function groupsOf(message: Readonly<Record<string, unknown>>) {
  const changes = membersOf(message['notice'])['changes'];
  return (Array.isArray(changes) ? changes : [message]).map(membersOf);
}

function nameOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function nameOf(value: unknown): string {
  return typeof value === 'string' && NAME.test(value) ? value : '';
}
