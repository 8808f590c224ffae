import { ACTIVITY_KINDS, type ActivityKind } from './activity.ts';
import { DEFAULT_OPPORTUNITY_RULE, type OpportunityRule } from './choose-opportunity.ts';
import { type Exclusions, NO_EXCLUSIONS, type RoleExclusions } from './exclusions.ts';
import type { FieldMapping } from './field-mapping.ts';

/** F1–F15: what is logged, and where, for the members of a role. */
export interface RoleSettings {
  /** Kinds that are not logged (F3). */
  readonly notLogged: readonly ActivityKind[];
  readonly opportunities: OpportunityRule;
  /** A34: a Task without Name and Related To for who is not in Salesforce. */
  readonly unresolved: boolean;
  readonly exclusions: RoleExclusions;
  /** BCC recipients are logged; nobody else is told of them. */
  readonly logBcc: boolean;
  /** Texts of e-mails and notes become Comments. */
  readonly logTexts: boolean;
  /** F9: the org's default assignment rule runs on leads that are created. */
  readonly assignmentRules: boolean;
  /** F2: what a client offers to create for recipients who are not in Salesforce. */
  readonly offerToCreate: 'nothing' | 'Contact' | 'Lead';
  /** Mixmax users who have this role, by e-mail address; all others have the role `default`. */
  readonly members: readonly string[];
}

/** The role of everybody whom no other one lists. */
export const DEFAULT_ROLE = 'default';

export const DEFAULT_ROLE_SETTINGS: RoleSettings = {
  notLogged: [],
  opportunities: DEFAULT_OPPORTUNITY_RULE,
  unresolved: false,
  exclusions: { addresses: [], domains: [] },
  logBcc: false,
  logTexts: true,
  assignmentRules: false,
  offerToCreate: 'nothing',
  members: [],
};

/** An org's settings of its activities: one document, changed by compare-and-swap on `revision` (0 = never stored). */
export interface ActivitySettings {
  readonly revision: number;
  readonly exclusions: Exclusions;
  /** Fields of the admin's choice that take more of an activity, by object; absent = none. */
  readonly mapping?: Readonly<Record<'Task' | 'Event', FieldMapping>>;
  readonly roles: Readonly<Record<string, RoleSettings>>;
}

export const DEFAULT_SETTINGS: ActivitySettings = {
  revision: 0,
  exclusions: NO_EXCLUSIONS,
  roles: {},
};

/** The settings that hold for a user: those of the first role, by name, that lists the address. */
export function roleOf(settings: ActivitySettings, user: string): RoleSettings {
  const address = user.toLowerCase();
  const names = Object.keys(settings.roles).sort();
  const own = names.find((name) =>
    settings.roles[name]?.members.some((member) => member.toLowerCase() === address),
  );
  return settings.roles[own ?? DEFAULT_ROLE] ?? DEFAULT_ROLE_SETTINGS;
}

export function isLogged({ notLogged }: RoleSettings, kind: ActivityKind): boolean {
  return ACTIVITY_KINDS.includes(kind) && !notLogged.includes(kind);
}
