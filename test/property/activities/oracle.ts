/*
 * What the help page and the decisions about it say of an activity, written a second time and in another way: rows of
 * texts and plain loops. It imports nothing of the product, so that a fault there is not repeated here.
 */

export interface OracleRecord {
  readonly id: string;
  readonly object: 'Contact' | 'Lead';
  readonly email: string;
  readonly name: string;
  readonly owner: string;
  readonly account: string | null;
  readonly stamp: string;
}

interface OracleOpportunity {
  readonly id: string;
  readonly owner: string;
  readonly closed: boolean;
  readonly closes: string;
  readonly created: string;
  /** Contacts by role. */
  readonly primary: readonly string[];
}

export interface OracleRole {
  readonly notLogged: readonly string[];
  readonly unresolved: boolean;
  readonly bcc: boolean;
  readonly ownOnly: boolean;
  readonly domains: readonly string[];
}

export interface OracleWorld {
  readonly records: readonly OracleRecord[];
  readonly opportunities: readonly OracleOpportunity[];
  /** What an admin excludes besides, and allows all the same; absent = nothing. */
  readonly exclusions?: {
    readonly localParts: readonly string[];
    readonly allowed: readonly string[];
  };
  /** Salesforce user and role by Mixmax user. */
  readonly users: Readonly<Record<string, { readonly id: string; readonly role: OracleRole }>>;
}

// biome-ignore lint/suspicious/noExplicitAny: an activity as a sender writes it.
export type Told = any;

export interface ExpectedTask {
  readonly key: string;
  readonly subject: string;
  readonly type: string | null;
  readonly owner: string;
  readonly who: string | null;
  readonly what: string | null;
}

const SYSTEM =
  'notifications noreply no-reply info system mailer-daemon support hello team alerts communications jira comments-noreply newsletter notify'.split(
    ' ',
  );

/** Tasks that an activity must become, none if it is skipped. */
export function expectedTasks(told: Told, world: OracleWorld): ExpectedTask[] {
  const user = world.users[told.user];
  if (user === undefined || user.role.notLogged.includes(told.kind)) return [];
  const tasks: ExpectedTask[] = [];
  const people = peopleOf(told);
  for (let place = 0; place < people.length; place += 1) {
    const { address, bcc } = people[place] ?? { address: '', bcc: false };
    if (bcc && !user.role.bcc) continue;
    const [, domain] = withoutTag(address);
    if (user.role.domains.some((one) => domain === one || domain.endsWith(`.${one}`))) continue;
    const incoming = told.kind === 'email.received' || told.kind === 'email.replied';
    if (incoming && isSystem(address, world)) continue;
    const record = recordFor(address, world, user.id);
    if (record === undefined && !user.role.unresolved) continue;
    const subject = subjectOf(told, record?.name ?? '');
    tasks.push({
      key: `${told.id}/${place}`,
      subject: record === undefined ? `Unresolved ${subject}` : subject,
      type: typeOf(told.kind),
      owner: user.id,
      who: record?.id ?? null,
      what: record === undefined ? null : whatFor(record, world, user),
    });
  }
  return tasks;
}

function isSystem(address: string, { exclusions }: OracleWorld): boolean {
  const { localParts = [], allowed = [] } = exclusions ?? {};
  const plain = withoutTag(address);
  if (allowed.some((one) => withoutTag(one).join('@') === plain.join('@'))) return false;
  return [...SYSTEM, ...localParts].includes(plain[0]);
}

function peopleOf(told: Told): { address: string; bcc: boolean }[] {
  const lists: [string[], boolean][] = [
    [told.to !== undefined && told.by === undefined ? told.to : [], false],
    [told.cc ?? [], false],
    [told.bcc ?? [], true],
    [told.from === undefined ? [] : [told.from], false],
    [told.recipient === undefined ? [] : [told.recipient], false],
    [told.person === undefined ? [] : [told.person], false],
    [told.attendees ?? [], false],
  ];
  if (told.by !== undefined) {
    const shared = told.mailbox === 'outlook' && (told.to ?? []).length > 1;
    lists.push([[shared && told.kind !== 'email.downloaded' ? told.to[0] : told.by], false]);
  }
  const people: { address: string; bcc: boolean }[] = [];
  for (const [addresses, bcc] of lists) {
    for (const address of addresses) {
      const known = people.some((one) => one.address.toUpperCase() === address.toUpperCase());
      if (!known) people.push({ address, bcc });
    }
  }
  return people;
}

function withoutTag(address: string): [string, string] {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  const plus = local.indexOf('+');
  return [plus > 0 ? local.slice(0, plus) : local, domain];
}

export function recordFor(
  address: string,
  world: OracleWorld,
  userId: string,
): OracleRecord | undefined {
  const having = (email: string) =>
    world.records.filter((record) => record.email.toLowerCase() === email);
  let found = having(address.toLowerCase());
  if (found.length === 0) found = having(withoutTag(address).join('@'));
  const contacts = found.filter(({ object }) => object === 'Contact');
  const pool = contacts.length > 0 ? contacts : found;
  const sorted = [...pool].sort((a, b) => {
    if ((a.owner === userId) !== (b.owner === userId)) return a.owner === userId ? -1 : 1;
    if (a.stamp !== b.stamp) return a.stamp > b.stamp ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
  return sorted[0];
}

export function whatFor(
  record: OracleRecord,
  world: OracleWorld,
  user: { readonly id: string; readonly role: OracleRole },
): string | null {
  if (record.object === 'Lead') return null;
  const open = world.opportunities.filter(
    ({ closed, primary, owner }) =>
      !closed && primary.includes(record.id) && (!user.role.ownOnly || owner === user.id),
  );
  const own = open.filter(({ owner }) => owner === user.id);
  const pool = [...(own.length > 0 ? own : open)];
  pool.sort((a, b) => {
    if (a.closes !== b.closes) return a.closes < b.closes ? -1 : 1;
    if (a.created !== b.created) return a.created > b.created ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
  return pool[0]?.id ?? record.account;
}

function subjectOf(told: Told, name: string): string {
  const stage = told.sequence && ` [${told.sequence.name} (${told.sequence.stage} stage)]`;
  const line = (word: string, alone: string) =>
    stage === undefined ? `${word}: ${alone}` : `${word}${stage}: ${told.subject}`;
  switch (told.kind) {
    case 'meeting.confirmed':
    case 'meeting.canceled':
      return meetingSubject(told);
    case 'email.sent':
      return line('Sent (New)', told.subject);
    case 'email.reply-sent':
      return line('Sent (Reply)', told.subject);
    case 'email.received':
      return `Received: ${told.subject}`;
    case 'email.replied':
      return line('Replied', told.subject);
    case 'email.opened':
      return line('Opened', told.subject);
    case 'email.clicked':
      return line('Clicked', told.url);
    case 'email.downloaded':
      return line('Downloaded', told.fileName);
    case 'email.bounced':
      return line('Bounced', told.subject);
    case 'todo':
      return told.subject;
    case 'linkedin.connection-request':
      return `${told.subject}: LinkedIn Connection Request: Stage ${told.stage}`;
    case 'linkedin.inmail':
      return `${told.subject}: LinkedIn InMail: Stage ${told.stage}`;
    case 'call': {
      const { subject, phoneNumber, phoneField } = told.detail;
      if (subject !== undefined) return `Call: ${subject}`;
      return `Call:${name}${phoneNumber ? ` ${phoneNumber}` : ''}${phoneField ? `(${phoneField})` : ''}`;
    }
    default:
      throw new Error(`The oracle does not know ${told.kind}.`);
  }
}

/** The help page writes `canceled` as it likes. */
function meetingSubject({ kind, booked, title }: Told): string {
  const confirmed = kind === 'meeting.confirmed';
  if (booked.from === 'email') return `Meeting ${confirmed ? 'Confirmed' : 'canceled'}: ${title}`;
  if (booked.from === 'calendar-page') {
    return `Meeting ${confirmed ? 'confirmed' : 'canceled'}: ${title}`;
  }
  const { name, stage } = booked.sequence;
  const action = confirmed ? 'Confirmed' : 'Canceled';
  return `Meeting ${action}: [${name} (${stage} stage)]: ${booked.subject}`;
}

/** As the practice org's picklist has it: there is no type `Task`. */
function typeOf(kind: string): string | null {
  if (kind === 'call') return 'Call';
  if (kind.startsWith('meeting.')) return 'Meeting';
  if (/sent|received|replied|bounced/.test(kind)) return 'Email';
  return null;
}
