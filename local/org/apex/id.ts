import { ApexException } from './values.ts';

const CHECK_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const ID = /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/;

/** True for 15 characters, and for 18 whose last three are the right checksum. */
export function isId(text: string): boolean {
  return ID.test(text) && (text.length === 15 || checksum(text) === text.slice(15).toUpperCase());
}

/** The 18-character form of an id. @throws StringException "Invalid id: x" */
export function toId18(text: string): string {
  if (!isId(text)) {
    throw new ApexException('StringException', `Invalid id: ${text}`);
  }
  return text.slice(0, 15) + checksum(text);
}

/** Per five characters one letter that tells which of them are upper case. */
function checksum(id: string): string {
  let result = '';
  for (let block = 0; block < 15; block += 5) {
    let bits = 0;
    for (let index = 0; index < 5; index += 1) {
      const character = id.charAt(block + index);
      bits |= character >= 'A' && character <= 'Z' ? 1 << index : 0;
    }
    result += CHECK_DIGITS.charAt(bits);
  }
  return result;
}
