/**
 * Salesforce record ids: 15 characters of base 62 (key prefix of the object, instance, counter) and, in the 18-character
 * form, 3 check characters that carry the upper and lower case of the 15.
 */

const checkAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const counterLength = 9;
const fifteen = /^[0-9A-Za-z]{15}$/;
const eighteen = /^[0-9A-Za-z]{15}[A-Z0-5]{3}$/i;

/** The three check characters of a 15-character id. */
export function idChecksum(id15: string): string {
  let check = '';
  for (let block = 0; block < 15; block += 5) {
    let bits = 0;
    for (let position = 0; position < 5; position++) {
      const code = id15.charCodeAt(block + position);
      if (code >= 65 && code <= 90) bits |= 1 << position;
    }
    check += checkAlphabet.charAt(bits);
  }
  return check;
}

/**
 * The 18-character form of an id given with 15 or 18 characters; undefined when it is no id at all or its check
 * characters do not fit. An 18-character id all in upper or all in lower case is repaired from its check characters.
 */
export function toId18(text: string): string | undefined {
  if (text.length === 15) return fifteen.test(text) ? text + idChecksum(text) : undefined;
  if (text.length !== 18 || !eighteen.test(text)) return undefined;
  const id15 = text.slice(0, 15);
  if (idChecksum(id15) === text.slice(15)) return text;
  const lostItsCase = text === text.toUpperCase() || text === text.toLowerCase();
  return lostItsCase ? repairCase(id15, text.slice(15).toUpperCase()) : undefined;
}

function repairCase(id15: string, check: string): string | undefined {
  let repaired = '';
  for (let index = 0; index < 15; index++) {
    const bits = checkAlphabet.indexOf(check.charAt(Math.floor(index / 5)));
    const upper = (bits >> (index % 5)) & 1;
    const character = id15.charAt(index);
    repaired += upper ? character.toUpperCase() : character.toLowerCase();
  }
  return idChecksum(repaired) === check ? repaired + check : undefined;
}

export function isId(text: string): boolean {
  return toId18(text) !== undefined;
}

/** The 15-character form, as some messages of the platform print it. */
export function toId15(id: string): string {
  return id.slice(0, 15);
}

/** The object's three characters at the head of an id. */
export function keyPrefixOf(id: string): string {
  return id.slice(0, 3);
}

/**
 * A new 18-character id.
 * @param keyPrefix three characters of the object
 * @param instance three characters of the org's instance
 * @param counter from 1; ids of one object sort in the order of their counters
 */
export function buildId(keyPrefix: string, instance: string, counter: number): string {
  const id15 = keyPrefix + instance + encodeBase62(counter, counterLength);
  return id15 + idChecksum(id15);
}

/** A whole number as base 62 (digits, upper case, lower case), filled with zeros to `length`. */
export function encodeBase62(value: number, length: number): string {
  let digits = '';
  let rest = value;
  while (rest > 0) {
    digits = base62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits.padStart(length, '0');
}
