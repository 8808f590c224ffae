import type { ObjectSchema } from '../schema/schema.ts';
import { eventRules, taskRules } from './rules/activities.ts';
import { contactRules, leadRules, userRules } from './rules/people.ts';
import { campaignMemberRules, contactRoleRules, opportunityRules } from './rules/sales.ts';
import { hierarchySettingRules } from './rules/settings.ts';
import { taskRelationRules } from './rules/task-relations.ts';
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
]);

const none: ObjectRules = {};

export function rulesOf(object: ObjectSchema): ObjectRules {
  if (object.kind === 'hierarchySetting') return hierarchySettingRules;
  return byObject.get(object.name) ?? none;
}
