import * as z from 'zod/mini';
import { emailAddress } from '#core/activities/activity.ts';
import {
  ACTIVITY_STATES,
  type ActivityState,
  type LedgerEntry,
  type LedgerRow,
} from '#core/activities/ledger-entry.ts';
import {
  formatPlace,
  type LedgerSearch,
  parsePlace,
  type SearchPlace,
  shownSubject,
} from '#core/activities/ledger-search.ts';
import { peopleOf } from '#core/activities/people.ts';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import { iso } from '#core/time-text.ts';
import { recheckActivities } from '#usecases/recheck-activities.ts';
import { ignoreActivity, matchActivity } from '#usecases/resolve-activity.ts';
import { searchActivities } from '#usecases/search-activities.ts';
import { orgRoute, type Route } from '../route.ts';
import { idText, time, wholeNumber } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}/activities';
const UNRESOLVED = '/v1/orgs/{orgId}/unresolved';

/** Why a record was chosen among those with an address. */
export const choice = {
  chosenBy: z.optional(
    z
      .enum(['only-one', 'owned-by-user', 'last-changed', 'picked'])
      .check(z.describe('`picked`: by an admin')),
  ),
  candidates: z.optional(z.int().check(z.describe('Records that had the address'))),
};

export const entrySchema = z.object({
  id: z.string().check(z.describe('Of the activity: for `retries`')),
  senderId: z.string(),
  kind: z.string(),
  user: z.string(),
  at: time,
  subject: z.optional(
    z
      .string()
      .check(z.describe('As it stands in Salesforce; absent for what somebody keeps private')),
  ),
  version: z.int(),
  state: z.enum(ACTIVITY_STATES as [string, ...string[]]),
  since: time,
  attempts: z.int(),
  problem: z.optional(z.string().check(z.describe("Salesforce's code and the fields it named"))),
  tasks: z.array(
    z.object({
      id: z.optional(z.string()),
      whoIds: z.array(z.string()).check(z.describe('None = unresolved')),
      whatId: z.union([z.string(), z.null()]),
      person: z.optional(z.string()),
      ...choice,
    }),
  ),
  skipped: z.array(z.object({ person: z.string(), reason: z.string() })),
});

const foundSchema = z.object({
  activities: z.array(entrySchema),
  next: z.optional(
    z
      .string()
      .check(z.describe('Ask again with it as `after`: there may be more, even if none came')),
  ),
});

const paging = {
  limit: wholeNumber(1, 200, 50),
  after: z.optional(z.string().check(z.maxLength(300), z.describe('`next` of the answer before'))),
};
const instant = z.iso.datetime({ offset: true });
const shortLine = z.string().check(z.minLength(1), z.maxLength(255));

const listActivities = orgRoute({
  method: 'GET',
  path: PATH,
  operationId: 'listActivities',
  summary: 'Activities that fit all that is named, by state, longest in it first',
  query: z.strictObject({
    state: z.optional(z.enum(ACTIVITY_STATES as [ActivityState, ...ActivityState[]])),
    id: z.optional(shortLine.check(z.describe("The sender's id, or the ledger's"))),
    person: z.optional(emailAddress.check(z.describe('Somebody in it'))),
    record: z.optional(
      idText.check(z.describe('Its Task or Event, or what that names or is related to')),
    ),
    user: z.optional(emailAddress.check(z.describe('The Mixmax user'))),
    subject: z.optional(shortLine.check(z.describe('A part of the subject'))),
    from: z.optional(instant.check(z.describe('It happened then or later'))),
    to: z.optional(instant.check(z.describe('It happened before'))),
    ...paging,
  }),
  answers: { 200: { description: 'The activities', schema: foundSchema } },
  handle: async ({ ports, org, query }) => {
    const { limit, after, from, to, record, ...plain } = query;
    const search = {
      ...plain,
      ...(record !== undefined && { record: recordId(record, 'record') }),
      ...(from !== undefined && { fromMs: Date.parse(from) }),
      ...(to !== undefined && { toMs: Date.parse(to) }),
    };
    const place = after === undefined ? {} : { after: readPlace(after) };
    // An absent member and one that is undefined say the same here.
    const found = await searchActivities(ports, org.orgId, search as LedgerSearch, {
      limit,
      ...place,
    });
    return { status: 200, body: foundView(found) };
  },
});

function readPlace(text: string): SearchPlace {
  const place = parsePlace(text);
  if (place !== undefined) return place;
  const message = 'query/after is no `next` of an answer.';
  throw new AppError('invalid-input', message, { pointer: '/after' });
}

const listUnresolved = orgRoute({
  method: 'GET',
  path: UNRESOLVED,
  operationId: 'listUnresolved',
  summary: 'Activities with people who are not in Salesforce, longest waiting first',
  query: z.strictObject(paging),
  answers: { 200: { description: 'The activities', schema: foundSchema } },
  handle: async ({ ports, org, query: { limit, after } }) => {
    const options = { limit, ...(after !== undefined && { after: readPlace(after) }) };
    const found = await searchActivities(ports, org.orgId, { state: 'unresolved' }, options);
    return { status: 200, body: foundView(found) };
  },
});

const recheckUnresolved = orgRoute({
  method: 'POST',
  path: UNRESOLVED,
  operationId: 'recheckUnresolved',
  summary: 'Looks for all of them in the mirror now, as happens every five minutes anyway',
  answers: {
    200: {
      description: 'How many are being written anew',
      schema: z.object({ queued: z.int() }),
    },
  },
  refusals: [503],
  handle: async ({ ports, org }) => ({
    status: 200,
    body: { queued: await recheckActivities(ports, org.orgId) },
  }),
});

const activityId = z.strictObject({ activityId: z.string().check(z.maxLength(200)) });

const match = orgRoute({
  method: 'POST',
  path: `${UNRESOLVED}/{activityId}/match`,
  operationId: 'matchUnresolved',
  summary: 'Logs an activity on a contact or lead picked for somebody who is not in Salesforce',
  params: activityId,
  body: z.strictObject({
    person: emailAddress.check(z.describe('Who has no record')),
    recordId: idText.check(z.describe('Of the contact or lead')),
  }),
  answers: { 202: { description: 'It is being written; its Task stays the same one' } },
  refusals: [409, 503],
  handle: async ({ ports, org, params, body }) => {
    const picked = { person: body.person, recordId: recordId(body.recordId, '/recordId') };
    await matchActivity(ports, org.orgId, params.activityId, picked);
    return { status: 202 };
  },
});

const ignore = orgRoute({
  method: 'POST',
  path: `${UNRESOLVED}/{activityId}/ignore`,
  operationId: 'ignoreUnresolved',
  summary: 'Leaves an unresolved activity as it is: nobody is looked for any more',
  params: activityId,
  answers: { 204: { description: 'Its state is `ignored` now' } },
  refusals: [409, 503],
  handle: async ({ ports, org, params }) => {
    await ignoreActivity(ports, org.orgId, params.activityId);
    return { status: 204 };
  },
});

export const ledgerRoutes: readonly Route[] = [
  listActivities,
  listUnresolved,
  recheckUnresolved,
  match,
  ignore,
];

function foundView({ entries, next }: Awaited<ReturnType<typeof searchActivities>>) {
  return {
    activities: entries.map(entryView),
    ...(next !== undefined && { next: formatPlace(next) }),
  };
}

function entryView(entry: LedgerEntry): z.output<typeof entrySchema> {
  const { id, activity, version, state, stateSinceMs, attempts, problem, rows, skips } = entry;
  const people = peopleOf(activity);
  const subject = shownSubject(entry);
  const nameOf = (place: number) => people[place]?.address ?? '';
  return {
    id,
    senderId: activity.id,
    kind: activity.kind,
    user: activity.user,
    at: new Date(activity.at).toISOString(),
    ...(subject !== undefined && { subject }),
    version,
    state,
    since: iso(stateSinceMs),
    attempts,
    ...(problem !== undefined && { problem }),
    tasks: rows.map((row) => taskView(row, nameOf(row.place))),
    skipped: skips.map(({ person, reason }) => ({ person: nameOf(person), reason })),
  };
}

function taskView(row: LedgerRow, person: string): z.output<typeof entrySchema>['tasks'][number] {
  const { recordId, whoIds, whatId, chosenBy, candidates } = row;
  return {
    ...(recordId !== undefined && { id: recordId }),
    whoIds: [...whoIds],
    whatId,
    person,
    ...(chosenBy !== undefined && { chosenBy }),
    ...(candidates !== undefined && { candidates }),
  };
}
