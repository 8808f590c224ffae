import { AppError } from './errors.ts';

/** 18-character id of a Salesforce org (`00D…`): the tenant key everywhere. */
export type OrgId = string & { readonly __brand: 'OrgId' };
/** 18-character id of a Salesforce record. */
export type RecordId = string & { readonly __brand: 'RecordId' };

const CHECK_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const ID_PATTERN = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/**
 * The three check characters of a 15-character id: each covers five characters, one bit for every capital letter.
 * They make ids safe for systems that ignore case.
 */
export function idChecksum(id15: string): string {
  let checksum = '';
  for (let group = 0; group < 3; group++) {
    let bits = 0;
    for (let position = 0; position < 5; position++) {
      const character = id15.charCodeAt(group * 5 + position);
      if (character >= 65 && character <= 90) bits |= 1 << position;
    }
    checksum += CHECK_ALPHABET.charAt(bits);
  }
  return checksum;
}

/** The 18-character form of a 15- or 18-character id; undefined when it is no id or its checksum is wrong. */
export function toId18(text: string): string | undefined {
  if (!ID_PATTERN.test(text)) return undefined;
  const id18 = text.slice(0, 15) + idChecksum(text.slice(0, 15));
  return text.length === 18 && text !== id18 ? undefined : id18;
}

/** @throws AppError invalid-input */
export function recordId(text: string, pointer = 'id'): RecordId {
  const id = toId18(text);
  if (id === undefined) {
    throw new AppError(
      'invalid-input',
      `${pointer}: not a Salesforce id of 15 or 18 characters with a right checksum.`,
      { pointer },
    );
  }
  return id as RecordId;
}

/** @throws AppError invalid-input */
export function orgId(text: string, pointer = 'orgId'): OrgId {
  const id = toId18(text);
  if (id === undefined || !id.startsWith('00D')) {
    throw new AppError('invalid-input', `${pointer}: not a Salesforce org id (00D…).`, { pointer });
  }
  return id as OrgId;
}
