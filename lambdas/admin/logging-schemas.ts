import * as z from 'zod/mini';
import { ACTIVITY_KINDS, type ActivityKind } from '#core/activities/activity.ts';
import { LOOKUP_TARGETS } from '#core/activities/related-objects.ts';
import type { LoggingSettings } from '#core/activities/role-settings.ts';
import { SIDEBAR_OBJECTS } from '#usecases/sidebar-fields.ts';
import { objectName } from './schemas.ts';

/*
 * What a role says of logging, and a user for himself where the role allows it (F2–F10, F13). Roles and own settings have
 * the same members, so that they are read by the same schemas.
 */

const MAX_RELATED_OBJECTS = 10;
const MAX_SIDEBAR_FIELDS = 200;

const kind = z.enum(ACTIVITY_KINDS as [ActivityKind, ...ActivityKind[]]);
const fieldName = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/));

const relatedObject = {
  object: objectName.check(z.describe('A custom object that takes activities')),
  lookup: fieldName.check(
    z.describe('Its field that points to the contact, account or opportunity'),
  ),
  beforeOpportunity: z
    .boolean()
    .check(z.describe('Comes before an opportunity; otherwise after it, before the account')),
};
const shownRelated = z.strictObject({ ...relatedObject, to: z.enum(LOOKUP_TARGETS) });
const givenRelated = z.strictObject({
  ...relatedObject,
  to: z.optional(z.enum(LOOKUP_TARGETS).check(z.describe('As answered; Salesforce decides'))),
});

const sidebarObject = z.enum(SIDEBAR_OBJECTS);
const sidebarFields = z.partialRecord(
  sidebarObject,
  z.array(fieldName).check(z.maxLength(MAX_SIDEBAR_FIELDS)),
);

const plain = {
  notLogged: z.array(kind).check(z.describe('Kinds of activities that are not logged')),
  opportunities: z.strictObject({
    through: z
      .enum(['none', 'primary-role', 'any-role', 'account'])
      .check(z.describe('How an opportunity is found from a contact')),
    owned: z.enum(['all', 'by-user']),
    closed: z.boolean().check(z.describe('Closed ones too, after open ones')),
  }),
  unresolved: z
    .boolean()
    .check(z.describe('A Task without Name and Related To for who is not in Salesforce')),
  logBcc: z.boolean(),
  logTexts: z.boolean().check(z.describe('Texts become Comments')),
  assignmentRules: z
    .boolean()
    .check(z.describe("The org's default assignment rule runs on leads that are created")),
  offerToCreate: z
    .enum(['nothing', 'Contact', 'Lead'])
    .check(z.describe('What a client offers to create for recipients who are not in Salesforce')),
  sidebarFields: sidebarFields.check(
    z.describe('Fields that the sidebar shows besides those that Salesforce requires'),
  ),
};

export const loggingShape = {
  ...plain,
  relatedObjects: z
    .array(shownRelated)
    .check(z.describe('Custom objects to relate to; the first that has a record counts')),
};

/** As it is sent: what a look-up points to is Salesforce's to say. */
export const givenLoggingShape = {
  ...plain,
  relatedObjects: z.array(givenRelated).check(z.maxLength(MAX_RELATED_OBJECTS)),
};

/** The members of logging settings, and no others. */
export function loggingView(settings: LoggingSettings): LoggingSettings;
export function loggingView(settings: Partial<LoggingSettings>): Partial<LoggingSettings>;
export function loggingView(settings: Partial<LoggingSettings>): Partial<LoggingSettings> {
  const members = Object.entries(settings).filter(([name]) => Object.hasOwn(loggingShape, name));
  return Object.fromEntries(members);
}
