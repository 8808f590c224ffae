import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Notice, NoticeChange } from '#core/notice.ts';
import type { FeedEvent, FieldValue } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { aNotice } from '../../support/notices.ts';
import { describedObject } from '../../support/salesforce-double.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';
import { withMethods } from '../../support/with-methods.ts';

/** One thing that happens: to the org, to a notice on its way, to the worker, or to nobody. */
type Step =
  | { readonly kind: 'save'; readonly id: RecordId; readonly email: string }
  | { readonly kind: 'remove'; readonly id: RecordId }
  | { readonly kind: 'deliver'; readonly pick: number; readonly again: boolean }
  | { readonly kind: 'work' }
  | { readonly kind: 'wait'; readonly ms: number }
  /** The next call to Salesforce, or the next announcement on the feed, fails. */
  | { readonly kind: 'break'; readonly what: 'salesforce' | 'feed' };

const id = fc.constantFrom(recordIdOf('003', 1), recordIdOf('003', 2), recordIdOf('003', 3));
const email = fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example');
const kind = <K extends Step['kind']>(name: K) => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: kind('save'), id, email }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('remove'), id }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: kind('deliver'), pick: fc.nat(20), again: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind('work') }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('wait'), ms: fc.nat(4_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('break'),
      what: fc.constantFrom('salesforce' as const, 'feed' as const),
    }),
  },
);

/** What the org holds, by the test's own book. */
interface Truth {
  readonly email: string;
  readonly deleted: boolean;
}

/** How many announcements are still to fail. */
interface Faults {
  feed: number;
}

function away(): AppError {
  return new AppError('unavailable', 'Away for the test.', { retryable: true });
}

function withFaultyFeed(ports: Ports, faults: Faults): Ports {
  const append: Ports['feed']['append'] = async (...given) => {
    if (faults.feed > 0) {
      faults.feed -= 1;
      throw away();
    }
    return ports.feed.append(...given);
  };
  return { ...ports, feed: withMethods(ports.feed, { append }) };
}

/** An org that is saved to, and its notices, which travel as they like. */
class Journey {
  readonly truth = new Map<RecordId, Truth>();
  readonly #receiver: TestReceiver;
  readonly #orgId: OrgId;
  readonly #faults: Faults;
  readonly #pending: Notice[] = [];

  constructor(receiver: TestReceiver, orgId: OrgId, faults: Faults) {
    this.#receiver = receiver;
    this.#orgId = orgId;
    this.#faults = faults;
    receiver.salesforce.describeAs(describedObject('Contact', ['Email']));
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'save':
        return this.#save(one.id, one.email);
      case 'remove':
        return this.#remove(one.id);
      case 'deliver':
        return this.#deliver(one.pick, one.again);
      case 'work':
        await this.#receiver.work();
        return;
      case 'wait':
        return this.#receiver.clock.advance(one.ms);
      case 'break':
        if (one.what === 'feed') this.#faults.feed += 1;
        else this.#receiver.salesforce.failures.push(away());
    }
  }

  /** Delivers what is still on its way, the newest first, and works until all is settled. */
  async arrive(): Promise<void> {
    while (this.#pending.length > 0) await this.#deliver(this.#pending.length - 1, false);
    for (let round = 0; round < 200; round++) {
      if ((await this.#receiver.work()) > 0) continue;
      if (this.#receiver.consumers.notices.nextVisibleAtMs() === undefined) return;
      this.#receiver.clock.advance(10_000);
    }
    throw new Error('The worker never came to rest.');
  }

  #save(contact: RecordId, address: string): void {
    const before = this.truth.get(contact);
    this.#receiver.salesforce.save('Contact', contact, { Email: address });
    this.truth.set(contact, { email: address, deleted: false });
    this.#tell(before === undefined ? 'insert' : before.deleted ? 'undelete' : 'update', contact);
  }

  #remove(contact: RecordId): void {
    const before = this.truth.get(contact);
    if (before === undefined || before.deleted) return;
    this.#receiver.salesforce.remove('Contact', contact);
    this.truth.set(contact, { ...before, deleted: true });
    this.#tell('delete', contact);
  }

  #tell(op: NoticeChange['op'], contact: RecordId): void {
    const nowMs = this.#receiver.clock.now();
    this.#pending.push(aNotice(this.#orgId, nowMs, [{ op, ids: [contact] }]));
  }

  async #deliver(pick: number, again: boolean): Promise<void> {
    const index = pick % Math.max(1, this.#pending.length);
    const notice = this.#pending[index];
    if (notice === undefined) return;
    if (!again) this.#pending.splice(index, 1);
    const answer = await this.#receiver.post(this.#orgId, notice);
    expect(answer.statusCode).toBe(202);
  }
}

/** What a reader of the feed knows of a record: its last event's state, and whether it saw every revision. */
interface Rebuilt {
  readonly fields: Map<string, FieldValue>;
  deleted: boolean;
  whole: boolean;
  revision: number;
}

function replay(events: readonly FeedEvent[]): Map<RecordId, Rebuilt> {
  const inOrder = [...new Map(events.map((event) => [event.id, event])).values()];
  inOrder.sort((a, b) => a.revision - b.revision);
  const built = new Map<RecordId, Rebuilt>();
  for (const { recordId, revision, changed, type } of inOrder) {
    const known = built.get(recordId);
    const state = known ?? { fields: new Map(), deleted: false, whole: true, revision: 0 };
    for (const [name, { new: value }] of Object.entries(changed)) state.fields.set(name, value);
    // R15: an event that was overtaken before it was announced leaves a hole, and revisions show it.
    if (revision !== state.revision + 1) state.whole = false;
    state.revision = revision;
    state.deleted = type === 'record.deleted';
    built.set(recordId, state);
  }
  return built;
}

it('whatever way notices take and whatever fails, mirror and feed end as the org', async () => {
  let holes = 0;
  let records = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const faults: Faults = { feed: 0 };
      const receiver = openTestReceiver((ports) => withFaultyFeed(ports, faults));
      try {
        const { orgId } = await connectTestOrg(receiver);
        const journey = new Journey(receiver, orgId, faults);
        for (const one of steps) await journey.take(one);
        await journey.arrive();

        const ids = [...journey.truth.keys()];
        const held = await receiver.ports.mirror.getMany(orgId, 'Contact', ids);
        const rebuilt = replay(await receiver.feed(orgId));
        for (const [contact, { email: address, deleted }] of journey.truth) {
          const record = held.get(contact);
          expect(record?.deleted).toBe(deleted);
          if (!deleted) expect(record?.fields['Email']).toBe(address);
          const seen = rebuilt.get(contact);
          records += 1;
          expect(seen).toMatchObject({ deleted, revision: record?.revision });
          if (seen?.whole !== true) holes += 1;
          else if (!deleted) expect(seen.fields.get('Email')).toBe(address);
        }
        expect(receiver.consumers.notices.depth()).toEqual({ messages: 0, deadLetters: 0 });
      } finally {
        await receiver.close();
      }
    }),
    { numRuns: 150 },
  );
  // Holes are the exception: they need a failure and a newer save before the redelivery.
  expect(holes).toBeLessThan(records / 10);
});
