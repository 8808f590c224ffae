import type { ActivityKind } from './activity.ts';
import { DEFAULT_OPPORTUNITY_RULE, type OpportunityRule } from './choose-opportunity.ts';
import { type Exclusions, NO_EXCLUSIONS, type RoleExclusions } from './exclusions.ts';
import type { FieldMapping } from './field-mapping.ts';
import type { RelatedObject } from './related-objects.ts';

/** What a role says of logging to Salesforce (F2–F10), and its members for themselves where it lets them (F13). */
export interface LoggingSettings {
  /** Kinds that are not logged (F3). */
  readonly notLogged: readonly ActivityKind[];
  readonly opportunities: OpportunityRule;
  /** A74, F8: custom objects to relate to, the first that has a record counts. */
  readonly relatedObjects: readonly RelatedObject[];
  /** A34: a Task without Name and Related To for who is not in Salesforce. */
  readonly unresolved: boolean;
  /** BCC recipients are logged; nobody else is told of them. */
  readonly logBcc: boolean;
  /** Texts of e-mails and notes become Comments. */
  readonly logTexts: boolean;
  /** F9: the org's default assignment rule runs on leads that are created. */
  readonly assignmentRules: boolean;
  /** F2: what a client offers to create for recipients who are not in Salesforce. */
  readonly offerToCreate: 'nothing' | 'Contact' | 'Lead';
  /** F10: fields that the sidebar shows, by object; an object that is not named shows what it requires. */
  readonly sidebarFields: Readonly<Record<string, readonly string[]>>;
}

/** F1–F15: what is logged, and where, for the members of a role. */
export interface RoleSettings extends LoggingSettings {
  readonly exclusions: RoleExclusions;
  /** F13: *Individuals in this role can manage their own Salesforce settings*. */
  readonly membersManage: boolean;
  /** Mixmax users who have this role, by e-mail address; all others have the role `default`. */
  readonly members: readonly string[];
}

/** The role of everybody whom no other one lists. */
export const DEFAULT_ROLE = 'default';

const DEFAULT_ROLE_SETTINGS: RoleSettings = {
  notLogged: [],
  opportunities: DEFAULT_OPPORTUNITY_RULE,
  relatedObjects: [],
  unresolved: false,
  exclusions: { addresses: [], domains: [] },
  logBcc: false,
  logTexts: true,
  assignmentRules: false,
  offerToCreate: 'nothing',
  sidebarFields: {},
  membersManage: false,
  members: [],
};

/** An org's settings of its activities: one document, changed by compare-and-swap on `revision` (0 = never stored). */
export interface ActivitySettings {
  readonly revision: number;
  readonly exclusions: Exclusions;
  /** Fields of the admin's choice that take more of an activity, by object; absent = none. */
  readonly mapping?: Readonly<Record<'Task' | 'Event', FieldMapping>>;
  /** What an admin has set, by name. Read by `roleNamed`: a role that was stored long ago may lack members. */
  readonly roles: Readonly<Record<string, RoleSettings>>;
  /** What users have set for themselves, by e-mail address in lower case; absent = nobody has. */
  readonly users?: Readonly<Record<string, Partial<LoggingSettings>>>;
}

export const DEFAULT_SETTINGS: ActivitySettings = {
  revision: 0,
  exclusions: NO_EXCLUSIONS,
  roles: {},
};

/** A role as it holds: the defaults where nobody set anything. */
export function roleNamed({ roles }: Pick<ActivitySettings, 'roles'>, name: string): RoleSettings {
  return { ...DEFAULT_ROLE_SETTINGS, ...(Object.hasOwn(roles, name) ? roles[name] : undefined) };
}

/** The name of a user's role: the first one, by name, that lists the address. */
export function roleNameOf({ roles }: Pick<ActivitySettings, 'roles'>, user: string): string {
  const address = user.toLowerCase();
  const names = Object.keys(roles).sort();
  const own = names.find((name) =>
    roles[name]?.members.some((member) => member.toLowerCase() === address),
  );
  return own ?? DEFAULT_ROLE;
}

/** What a user has set for himself, whether it holds or not. */
export function ownSettings(
  { users = {} }: Pick<ActivitySettings, 'users'>,
  user: string,
): Partial<LoggingSettings> {
  const address = user.toLowerCase();
  return (Object.hasOwn(users, address) ? users[address] : undefined) ?? {};
}

/** The settings that hold for a user: the role's, and before them his own while the role lets its members set some. */
export function roleOf(settings: ActivitySettings, user: string): RoleSettings {
  const role = roleNamed(settings, roleNameOf(settings, user));
  return role.membersManage ? { ...role, ...ownSettings(settings, user) } : role;
}

/** Custom objects that a role, or a user for himself, relates activities to (R16). Sorted. */
export function pickedObjects({ roles, users = {} }: ActivitySettings): readonly string[] {
  const settings = [...Object.values(roles), ...Object.values(users)];
  const picked = settings.flatMap(({ relatedObjects = [] }) => relatedObjects);
  return [...new Set(picked.map(({ object }) => object))].sort();
}

export function isLogged({ notLogged }: RoleSettings, kind: ActivityKind): boolean {
  return !notLogged.includes(kind);
}
