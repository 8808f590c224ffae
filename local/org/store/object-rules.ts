import type { ObjectSchema } from '../schema/schema.ts';
import { eventRules, taskRules } from './rules/activities.ts';
import { contactRules, leadRules, userRules } from './rules/people.ts';
import { eventRelationRules, taskRelationRules } from './rules/relation-rules.ts';
import { campaignMemberRules, contactRoleRules, opportunityRules } from './rules/sales.ts';
import { hierarchySettingRules } from './rules/settings.ts';
import type { ObjectRules } from './rules.ts';

const byObject: ReadonlyMap<string, ObjectRules> = new Map([
  ['Contact', contactRules],
  ['Lead', leadRules],
  ['User', userRules],
  ['Opportunity', opportunityRules],
  ['OpportunityContactRole', contactRoleRules],
  ['CampaignMember', campaignMemberRules],
  ['Task', taskRules],
  ['TaskRelation', taskRelationRules],
  ['Event', eventRules],
  ['EventRelation', eventRelationRules],
]);

const none: ObjectRules = {};

export function rulesOf(object: ObjectSchema): ObjectRules {
  if (object.kind === 'hierarchySetting') return hierarchySettingRules;
  return byObject.get(object.name) ?? none;
}
