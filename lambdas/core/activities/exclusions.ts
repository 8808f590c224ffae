import type { Activity } from './activity.ts';
import type { Mentioned } from './people.ts';

/** A26: what is excluded in every org until its admin says otherwise. A change of the list is a new version. */
export const SYSTEM_LOCAL_PARTS = {
  version: 1,
  localParts: [
    'notifications',
    'noreply',
    'no-reply',
    'info',
    'system',
    'mailer-daemon',
    'support',
    'hello',
    'team',
    'alerts',
    'communications',
    'jira',
    'comments-noreply',
    'newsletter',
    'notify',
  ],
} as const;

/** An org's own additions and exceptions, `PUT /exclusions`. */
export interface Exclusions {
  /** Excluded besides the system ones: whole local parts, such as `billing`. */
  readonly localParts: readonly string[];
  /** Addresses that are logged although an exclusion fits. */
  readonly allowed: readonly string[];
}

export const NO_EXCLUSIONS: Exclusions = { localParts: [], allowed: [] };

/** F15: whom a role's members do not log, whichever way the mail went. */
export interface RoleExclusions {
  readonly addresses: readonly string[];
  /** `example.com` covers its subdomains too. */
  readonly domains: readonly string[];
}

export type ExclusionReason =
  | 'excluded-system-address'
  | 'excluded-address'
  | 'excluded-domain'
  | 'bcc-not-logged';

/**
 * Why a person of an activity is not logged; undefined = is logged. The list of system addresses applies to the senders
 * of received mail only (U24): somebody who writes to `info@` means to write to a person.
 */
export function exclusionOf(
  { address, part }: Mentioned,
  kind: Activity['kind'],
  org: Exclusions,
  role: RoleExclusions & { readonly logBcc: boolean },
): ExclusionReason | undefined {
  if (part === 'bcc' && !role.logBcc) return 'bcc-not-logged';
  const plain = plainAddress(address);
  const fits = (entry: string) => plainAddress(entry) === plain;
  if (role.addresses.some(fits)) return 'excluded-address';
  const host = domainOf(plain);
  if (role.domains.some((domain) => isOrUnder(host, domain.toLowerCase())))
    return 'excluded-domain';
  if (org.allowed.some(fits)) return undefined;
  const received = kind === 'email.received' || kind === 'email.replied';
  return received && isSystem(plain, org) ? 'excluded-system-address' : undefined;
}

/** The exact local part, so that `teammate@` is no `team@`; tags do not count, so that `Team+x@` is one. */
function isSystem(plain: string, { localParts }: Exclusions): boolean {
  const local = plain.slice(0, plain.lastIndexOf('@'));
  const listed: readonly string[] = [...SYSTEM_LOCAL_PARTS.localParts, ...localParts];
  return listed.some((entry) => entry.toLowerCase() === local);
}

/** Lower case, without a plus-tag. */
export function plainAddress(address: string): string {
  const lower = address.toLowerCase();
  const at = lower.lastIndexOf('@');
  const tag = lower.indexOf('+');
  return tag > 0 && tag < at ? lower.slice(0, tag) + lower.slice(at) : lower;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isOrUnder(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
