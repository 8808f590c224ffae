import { toId18 as find18 } from '../schema/ids.ts';
import { ApexException } from './values.ts';

/** The 18-character form of an id. @throws StringException "Invalid id: x" */
export function toId18(text: string): string {
  const id = find18(text);
  if (id === undefined) {
    throw new ApexException('StringException', `Invalid id: ${text}`);
  }
  return id;
}
