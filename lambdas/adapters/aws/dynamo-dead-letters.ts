import type { DeadLetter } from '#core/dead-letter.ts';
import type { OrgId } from '#core/ids.ts';
import type { DeadLetters } from '#ports/dead-letters.ts';
import { bodyOf } from './bodies.ts';
import type { DynamoTable, Item, Key } from './dynamo-table.ts';
import { deadLetterKey, deadLetterPartKey, LETTER_PREFIX, orgPartition } from './keys.ts';
import { packText, unpackText } from './packed-text.ts';
import type { RedriveQueues } from './redrive-queues.ts';

/** An item holds 400 KB; characters of a body are at most three bytes each. */
const PART_CHARACTERS = 120_000;

/**
 * Dead letters in the control table: a small item to list and count by, and the body in as many items as it needs. The
 * body is written first and removed last, so that every letter listed can be sent again.
 */
export class DynamoDeadLetters implements DeadLetters {
  readonly #table: DynamoTable;
  readonly #queues: RedriveQueues;

  constructor(control: DynamoTable, queues: RedriveQueues) {
    this.#table = control;
    this.#queues = queues;
  }

  async park({ body, ...letter }: DeadLetter): Promise<void> {
    const parts = { first: 0, end: await this.#putParts(letter, body, 0) };
    const key = deadLetterKey(letter.orgId, letter.id);
    await this.#table.put({ ...key, ...partsAttributes(parts), body: JSON.stringify(letter) });
  }

  /** The new body lies beside the old one until the head points at it: a crash leaves one of them whole. */
  async rewrite({ orgId, id, body }: Parameters<DeadLetters['rewrite']>[0]): Promise<void> {
    const item = await this.#table.get(deadLetterKey(orgId, id));
    if (item === undefined) return;
    const before = partsOf(item);
    const after = { first: before.end, end: await this.#putParts({ orgId, id }, body, before.end) };
    const update = {
      expression: 'SET #firstPart = :firstPart, #parts = :parts',
      names: ['firstPart', 'parts'],
      values: partsAttributes(after),
    };
    const moved = await this.#table.update(
      deadLetterKey(orgId, id),
      update,
      'attribute_exists(pk)',
    );
    await this.#table.batchDelete(partKeys(orgId, id, moved ? before : after));
  }

  /** @returns the number after the last part's */
  async #putParts(
    { orgId, id }: Pick<DeadLetter, 'orgId' | 'id'>,
    body: string,
    first: number,
  ): Promise<number> {
    const parts = Math.ceil(body.length / PART_CHARACTERS);
    for (let part = 0; part < parts; part += 1) {
      const text = body.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS);
      const key = deadLetterPartKey(orgId, id, first + part);
      await this.#table.put({ ...key, text: packText(text) });
    }
    return first + parts;
  }

  async count(orgId: OrgId): Promise<number> {
    return (await this.#heads(orgId)).length;
  }

  async list(orgId: OrgId, limit: number): Promise<readonly DeadLetter[]> {
    const heads = await this.#heads(orgId);
    const oldest = heads.toSorted((a, b) => a.letter.parkedAtMs - b.letter.parkedAtMs);
    return Promise.all(oldest.slice(0, limit).map((head) => this.#whole(head)));
  }

  async redrive(orgId: OrgId, id: string): Promise<'redriven' | 'unknown'> {
    const item = await this.#table.get(deadLetterKey(orgId, id));
    if (item === undefined) return 'unknown';
    const head = { letter: bodyOf<Head['letter']>(item), parts: partsOf(item) };
    const { queue, body } = await this.#whole(head);
    await this.#queues.send(queue, orgId, body);
    await this.#table.delete(deadLetterKey(orgId, id));
    await this.#table.batchDelete(partKeys(orgId, id, head.parts));
    return 'redriven';
  }

  collect(): Promise<number> {
    return this.#queues.collect((letter) => this.park(letter));
  }

  async clear(orgId: OrgId): Promise<void> {
    for (const { letter, parts } of await this.#heads(orgId)) {
      await this.#table.delete(deadLetterKey(orgId, letter.id));
      await this.#table.batchDelete(partKeys(orgId, letter.id, parts));
    }
  }

  async #heads(orgId: OrgId): Promise<readonly Head[]> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': LETTER_PREFIX },
    });
    return items.map((item) => ({ letter: bodyOf(item), parts: partsOf(item) }));
  }

  async #whole({ letter, parts }: Head): Promise<DeadLetter> {
    const keys = partKeys(letter.orgId, letter.id, parts);
    const items = await Promise.all(keys.map((key) => this.#table.get(key)));
    return { ...letter, body: items.map((item) => unpackText(item?.['text'] ?? '')).join('') };
  }
}

interface Head {
  readonly letter: Omit<DeadLetter, 'body'>;
  readonly parts: Parts;
}

/** Numbers of the items that hold a body: from `first` up to, not including, `end`. */
interface Parts {
  readonly first: number;
  readonly end: number;
}

/** Of letters whose body was never written anew, the first part is 0. */
function partsOf(item: Item): Parts {
  const first = Number(item['firstPart'] ?? 0);
  return { first, end: first + Number(item['parts']) };
}

function partsAttributes({ first, end }: Parts) {
  return { firstPart: first, parts: end - first };
}

function partKeys(orgId: OrgId, id: string, { first, end }: Parts): Key[] {
  return Array.from({ length: end - first }, (_, part) =>
    deadLetterPartKey(orgId, id, first + part),
  );
}
