import { OrgError } from '../errors.ts';
import type { FieldValues } from '../schema/schema.ts';
import { leadStatuses } from '../schema/standard/picklists.ts';
import type { SaveContext } from './record-store.ts';
import { activityKinds, type By, isShared, moveRelations } from './rules/activity-relations.ts';
import { refreshLastActivity } from './rules/last-activity.ts';
import type { RuleDeps } from './rules.ts';
import { dateOf, stampOf } from './times.ts';
import type { Writer } from './writer.ts';

/** What a lead becomes. The records exist already: whoever converts makes them first, with their triggers. */
export interface LeadConversion {
  /** Ids with 18 characters. */
  readonly leadId: string;
  readonly accountId: string;
  readonly contactId: string;
  readonly opportunityId?: string;
  /** One of the lead statuses that mean converted. */
  readonly convertedStatus: string;
}

const convertedStatuses: ReadonlySet<string> = new Set(
  leadStatuses.filter((status) => status.isConverted).map((status) => status.name),
);

/**
 * Marks the lead as converted, moves its activities to the contact (about the opportunity, or the account) and its
 * campaign memberships to the contact.
 * @returns the lead as stored
 */
export function convertLead(
  deps: RuleDeps,
  writer: Writer,
  conversion: LeadConversion,
  context: SaveContext,
): FieldValues {
  const lead = deps.schema.require('Lead');
  if (!convertedStatuses.has(conversion.convertedStatus)) {
    throw new OrgError('INVALID_STATUS', `invalid convertedStatus: ${conversion.convertedStatus}`);
  }
  const stamp = stampOf(context.nowMs);
  const changes = { Status: conversion.convertedStatus };
  const saved = writer.update(lead, conversion.leadId, changes, context, {
    IsConverted: true,
    ConvertedDate: dateOf(stamp),
    ConvertedAccountId: conversion.accountId,
    ConvertedContactId: conversion.contactId,
    ConvertedOpportunityId: conversion.opportunityId ?? null,
  });
  moveActivities(deps, conversion, { stamp, userId: context.userId });
  moveMemberships(deps, conversion, stamp);
  return saved;
}

function moveActivities(deps: RuleDeps, conversion: LeadConversion, by: By): void {
  const { stamp } = by;
  const { leadId, accountId, contactId, opportunityId } = conversion;
  const what = opportunityId ?? accountId;
  const from = { WhoId: leadId, WhatId: null };
  const to = { WhoId: contactId, WhatId: what };
  for (const kind of activityKinds) {
    const activity = deps.schema.require(kind.activity);
    for (const id of deps.rows.idsWhere(activity, 'WhoId', leadId)) {
      deps.rows.update(activity, id, { ...to, AccountId: accountId, SystemModstamp: stamp });
      if (isShared(kind, deps)) moveRelations(kind, id, { from, to, by }, deps);
    }
  }
  refreshLastActivity([{ WhoId: contactId, WhatId: what, AccountId: accountId }], stamp, deps);
}

function moveMemberships(deps: RuleDeps, conversion: LeadConversion, stamp: string): void {
  const { leadId, contactId } = conversion;
  const member = deps.schema.require('CampaignMember');
  for (const id of deps.rows.idsWhere(member, 'LeadId', leadId)) {
    deps.rows.update(member, id, {
      ContactId: contactId,
      LeadOrContactId: contactId,
      Type: 'Contact',
      SystemModstamp: stamp,
    });
  }
}
