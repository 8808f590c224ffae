import { idChecksum, type OrgId, type RecordId } from '#core/ids.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The n-th id of a kind, 18 characters with a right checksum; ascending in n. */
function idOf(prefix: string, n: number): string {
  let digits = '';
  for (let rest = n; digits.length < 12; rest = Math.floor(rest / DIGITS.length)) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
  }
  return prefix + digits + idChecksum(prefix + digits);
}

/** @param prefix three characters, e.g. `003` for Contacts */
export function recordIdOf(prefix: string, n: number): RecordId {
  return idOf(prefix, n) as RecordId;
}

export function orgIdOf(n: number): OrgId {
  return idOf('00D', n) as OrgId;
}

let lastOrg = 0;

/** An org id that no other test of this process uses. */
export function freshOrgId(): OrgId {
  lastOrg += 1;
  return orgIdOf(lastOrg);
}

/** As `freshOrgId`, but after all of those in id order. */
export function lateOrgId(): OrgId {
  lastOrg += 1;
  return orgIdOf(1_000_000 + lastOrg);
}
