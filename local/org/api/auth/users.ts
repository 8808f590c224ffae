import type { RequestStore } from '../../access/visible-store.ts';
import type { FieldValue, FieldValues } from '../../schema/schema.ts';

/** The active user of that name; user names compare without case. */
export function findActiveUser(
  store: Pick<RequestStore, 'findByKey' | 'read'>,
  username: string,
): FieldValues | undefined {
  const [id] = store.findByKey('User', 'Username', username);
  const user = id === undefined ? undefined : store.read('User', id);
  return user?.['IsActive'] === true ? user : undefined;
}

/** The value as text, empty for none: user fields that answers show. */
export function textOf(value: FieldValue | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
