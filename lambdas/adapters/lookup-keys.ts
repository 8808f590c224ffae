import type { FieldValue, MirrorRecord } from '#core/record.ts';

/** E-mail addresses are compared without regard to case. */
export function normalEmail(email: string): string {
  return email.toLowerCase();
}

/** What a live record is found by when looking up an address; undefined for records that no look-up may find. */
export function emailKey({ deleted, hidden, fields }: MirrorRecord): string | undefined {
  return deleted || hidden ? undefined : addressKey(fields['Email'] ?? null);
}

/** The same of a live record's `Email`. */
export function addressKey(email: FieldValue): string | undefined {
  return typeof email === 'string' && email !== '' ? normalEmail(email) : undefined;
}

/** Whose task list a live Task is on. */
export function ownerKey({ object, deleted, hidden, fields }: MirrorRecord): string | undefined {
  return deleted || hidden ? undefined : taskOwnerKey(object, fields['OwnerId'] ?? null);
}

/** The same of a live record's `OwnerId`. */
export function taskOwnerKey(object: string, ownerId: FieldValue): string | undefined {
  return object === 'Task' && typeof ownerId === 'string' && ownerId !== '' ? ownerId : undefined;
}
