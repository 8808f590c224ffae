import { OrgError } from '../../errors.ts';
import { checkReference } from '../references.ts';
import type { Draft, RuleDeps } from '../rules.ts';
import { isA } from './activity-account.ts';
import { type ActivityKind, isPerson, peopleOf } from './activity-relations.ts';

/** Contacts that one activity may have. */
const maxContacts = 50;

/** The first of the people that a caller lists is the primary one, unless WhoId says who is. */
export function derivePrimary({ people }: ActivityKind, { idLists, given, row }: Draft): void {
  const [first] = idLists.get(people) ?? [];
  if (first === undefined) return;
  if (given.has('WhoId') && row['WhoId'] != null) return;
  row['WhoId'] = first;
}

/** Refuses a list of people that no activity can have. */
export function checkPeople(kind: ActivityKind, draft: Draft, deps: RuleDeps): void {
  const people = peopleOf(kind, draft);
  const who = draft.object.fields.get('whoid');
  if (people === undefined || who === undefined) return;
  for (const id of people) checkReference(deps, draft, { ...who, name: kind.people }, id);
  const listed = draft.idLists.get(kind.people) ?? [];
  if (new Set(listed).size < listed.length) throw relatedTwice(kind);
  const what = draft.row['WhatId'];
  const related = typeof what === 'string' ? [...people, what] : people;
  checkTogether(kind, related, kind.people, deps);
}

export function relatedTwice({ activity }: ActivityKind): OrgError {
  const message = `The ${activity.toLowerCase()} relates to this record already.`;
  return new OrgError('DUPLICATE_VALUE', message);
}

/**
 * One lead and nothing else, or up to 50 contacts and one other record.
 * @param related ids of all of them
 * @param field that errors name
 */
export function checkTogether(
  kind: ActivityKind,
  related: readonly string[],
  field: string,
  deps: RuleDeps,
): void {
  const refuse = (reason: string): OrgError => refused(kind, reason, field);
  if (related.length > 1 && related.some((id) => isA(deps, id, 'Lead'))) {
    throw refuse('that relates to a lead relates to nothing else');
  }
  const people = related.filter((id) => isPerson(id, deps));
  if (related.length - people.length > 1) throw refuse('has one Related To');
  if (people.length > maxContacts) throw refuse(`relates to at most ${maxContacts} contacts`);
}

function refused({ activity }: ActivityKind, reason: string, field: string): OrgError {
  const subject = activity === 'Task' ? 'A task' : 'An event';
  return new OrgError('FIELD_INTEGRITY_EXCEPTION', `${subject} ${reason}`, { fields: [field] });
}
