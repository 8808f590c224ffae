import type { ByContent } from '../../equality.ts';
import type { Realm } from '../../realm.ts';
import type { ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';
import { contentHash } from './list-type.ts';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A `System.UUID`; equal texts are equal UUIDs. */
class ApexUuid implements ByContent {
  readonly apexType = 'UUID';
  /** 36 characters, lower case. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  contentEquals(other: ApexValue): boolean {
    return other instanceof ApexUuid && other.text === this.text;
  }

  contentKey(): string {
    return `UUID(${this.text})`;
  }

  toString(): string {
    return this.text;
  }
}

/** Version 4, of the org's own seeded randomness. */
function randomUuid(realm: Realm): ApexUuid {
  const bytes = Buffer.from(
    Uint8Array.from({ length: 16 }, () => Math.floor(realm.random() * 256)),
  );
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return new ApexUuid(bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
}

export const uuidType = platformType({
  name: 'UUID',
  members: {
    'static UUID randomUUID()': randomUuid,
    'static UUID fromString(String text)': (_realm: Realm, _self: null, text: Text) =>
      FORM.test(given(text))
        ? new ApexUuid(given(text).toLowerCase())
        : fail('IllegalArgumentException', `Invalid UUID string: ${text}`),
    'Boolean equals(Object other)': (_realm: Realm, self: ApexUuid, other: ApexValue) =>
      self.contentEquals(other),
    'Integer hashCode()': (_realm: Realm, self: ApexUuid) => contentHash(self.text),
    'String toString()': (_realm: Realm, self: ApexUuid) => self.text,
  },
});
