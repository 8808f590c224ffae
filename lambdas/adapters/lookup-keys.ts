import type { MirrorRecord } from '#core/record.ts';

/** E-mail addresses are compared without regard to case. */
export function normalEmail(email: string): string {
  return email.toLowerCase();
}

/** What a live record is found by when looking up an address; undefined for records that no look-up may find. */
export function emailKey({ deleted, hidden, fields }: MirrorRecord): string | undefined {
  const email = fields['Email'];
  if (deleted || hidden || typeof email !== 'string' || email === '') return undefined;
  return normalEmail(email);
}

/** Whose task list a live Task is on. */
export function ownerKey({ object, deleted, hidden, fields }: MirrorRecord): string | undefined {
  const owner = fields['OwnerId'];
  if (object !== 'Task' || deleted || hidden) return undefined;
  return typeof owner === 'string' && owner !== '' ? owner : undefined;
}
