import { createHash, randomUUID } from 'node:crypto';
import { toId18 } from '../../../lambdas/core/ids.ts';
import { signWebhook } from '../../../lambdas/core/signature.ts';
import type { CloudMachine } from '../../cloud/cloud-machine.ts';
import { ReceiverClient } from '../../demo/receiver-client.ts';
import { until } from '../../demo/story.ts';

/** What is synced of a contact; with the fields that are mirrored in any case, a record of 1 kB. */
const SYNCED = [
  'Title',
  'Department',
  'AssistantName',
  'Phone',
  'MobilePhone',
  'MailingStreet',
  'MailingCity',
  'MailingPostalCode',
  'Description',
];
/** What each change changes. */
const CHANGED = 'Title';
const RECORD_BYTES = 1_000;
const POSTS_AT_ONCE = 16;
const LONGEST_MS = 900_000;
/** One of the sample's contacts: whatever is mirrored of a contact is in it. */
const SAMPLE = 'andy.young@example.com';
/** Settled long ago, so that no stamp is a tie. */
const STAMPS_BEGIN_MS = Date.now() - 3_600_000;

export interface Load {
  readonly notices: number;
  readonly recordsPerNotice: number;
}

/** Makes notices of changed contacts as the package does, with the values in them, and posts them. */
export class NoticeLoad {
  readonly #machine: CloudMachine;
  readonly #contact: Contact;
  #posted = 0;

  /** Turns Sync Conditions on and waits until the values of notices are written as they come. */
  static async prepare(machine: CloudMachine): Promise<NoticeLoad> {
    const receiver = new ReceiverClient(machine.local);
    await until('The initial audit', LONGEST_MS, async () =>
      (await receiver.status()).state === 'active' ? true : undefined,
    );
    const conditions = { on: true, objects: { Contact: SYNCED } };
    const { hashes } = (await receiver.ask('PUT', '/conditions', conditions)) as Hashes;
    const contact = await until('The synced field', LONGEST_MS, async () => {
      const { pass } = await receiver.status();
      const found = (await receiver.ask('GET', `/records?email=${SAMPLE}`)) as Found;
      const fields = found.records[0]?.fields ?? {};
      return pass?.state === 'done' && Object.hasOwn(fields, 'MailingStreet') ? fields : undefined;
    });
    return new NoticeLoad(machine, { fields: contact, hash: hashes['Contact'] ?? '' });
  }

  private constructor(machine: CloudMachine, contact: Contact) {
    this.#machine = machine;
    this.#contact = contact;
  }

  /**
   * Posts the load. Its contacts are those of the load before, changed a second later, or new ones, which the org need
   * not have: nothing audits it meanwhile.
   *
   * @returns when every notice is taken
   */
  async post({ notices, recordsPerNotice }: Load, op: 'insert' | 'update'): Promise<void> {
    this.#posted += 1;
    let next = 0;
    const worker = async () => {
      while (next < notices) {
        const first = next * recordsPerNotice;
        next += 1;
        await this.#post(this.#notice(op, first, recordsPerNotice));
      }
    };
    await Promise.all(Array.from({ length: POSTS_AT_ONCE }, worker));
  }

  async #post(notice: unknown): Promise<void> {
    const { local, cloud } = this.#machine;
    const body = JSON.stringify(notice);
    const [id, seconds] = [randomUUID(), Math.floor(Date.now() / 1_000)];
    const response = await fetch(`${cloud.url}/v1/orgs/${local.orgId}/notices`, {
      method: 'POST',
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signWebhook(local.token, id, seconds, Buffer.from(body)),
      },
      body,
    });
    if (response.status !== 202) throw new Error(`A notice was answered ${response.status}.`);
  }

  #notice(op: 'insert' | 'update', first: number, count: number) {
    const at = new Date(STAMPS_BEGIN_MS + this.#posted * 1_000).toISOString();
    const ids = Array.from({ length: count }, (_, offset) => contactId(first + offset));
    const records = ids.map((id) => ({
      id,
      modstamp: at,
      fields: recordOf(id, { ...this.#contact.fields, Id: id, SystemModstamp: at }),
    }));
    const change = { object: 'Contact', op, at, fields: [CHANGED], readAt: new Date() };
    return {
      version: 1,
      type: 'salesforce.changes',
      orgId: this.#machine.local.orgId,
      sentAt: new Date(),
      package: '1.0.0',
      changes: [{ ...change, conditions: this.#contact.hash, ids, records }],
    };
  }
}

interface Contact {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of the field set, as notices state it. */
  readonly hash: string;
}

interface Hashes {
  readonly hashes: Readonly<Record<string, string>>;
}

interface Found {
  readonly records: readonly { readonly fields: Contact['fields'] }[];
}

/** The same contact always, but for its title. */
function recordOf(id: string, given: Contact['fields']): Contact['fields'] {
  const own = Object.fromEntries(SYNCED.map((field) => [field, words(`${id} ${field}`, 3)]));
  const fields = { ...given, ...own, [CHANGED]: words(randomUUID(), 3) };
  const missing = RECORD_BYTES - JSON.stringify(fields).length;
  return { ...fields, Description: words(id, Math.max(1, Math.ceil(missing / 6))) };
}

/** So many words of an office, by chance but the same for the same seed: they pack as such texts do. */
function words(seed: string, count: number): string {
  let bytes = createHash('sha512').update(seed).digest();
  while (bytes.length < count)
    bytes = Buffer.concat([bytes, createHash('sha512').update(bytes).digest()]);
  return [...bytes.subarray(0, count)].map((byte) => WORDS[byte % WORDS.length]).join(' ');
}

const WORDS =
  'account agrees asked back board budget called chief contract decides demo director east engineer europe expects finance follow friday from growth head interested june later lead likes manager market meeting monday needs next north office offer order partner plan pilot price procurement product project quarter ready region renewal reports review sales sees sends senior service signed south spring still support team trial until vendor waits wants week west will writes'.split(
    ' ',
  );

function contactId(number: number): string {
  const id = toId18(`003B${String(number).padStart(11, '0')}`);
  if (id === undefined) throw new Error(`${number} makes no id.`);
  return id;
}
