import type { OrgId } from '#core/ids.ts';
import { type RecordId, toId18 } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

/** A Salesforce user, as activities need it. */
export interface ActivityUser {
  readonly id: RecordId;
  /** IANA name; UTC where the mirror does not hold the user's. */
  readonly timeZone: string;
}

/**
 * The active Salesforce users of Mixmax users' addresses. Two users may share an address: the one whose user name it is
 * comes first, then the lower id.
 */
export async function findUsers(
  ports: Pick<Ports, 'mirror'>,
  orgId: OrgId,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, ActivityUser>> {
  const users = new Map<string, ActivityUser>();
  for (const address of new Set(addresses.map((one) => one.toLowerCase()))) {
    const records = await ports.mirror.findByEmail(orgId, address);
    const active = records.filter(
      ({ object, fields }) => object === 'User' && fields['IsActive'] === true,
    );
    const named = active.find(({ fields }) => lower(fields['Username']) === address);
    const user = named ?? active.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
    if (user === undefined || toId18(user.id) === undefined) continue;
    users.set(address, { id: user.id, timeZone: timeZoneOf(user.fields['TimeZoneSidKey']) });
  }
  return users;
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function timeZoneOf(value: unknown): string {
  if (typeof value !== 'string') return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
