import { OrgSchema } from './org-schema.ts';
import { account } from './standard/account.ts';
import { event, eventRelation, leadStatus, task, taskStatus } from './standard/activities.ts';
import {
  apexClass,
  apexTrigger,
  asyncApexJob,
  cronJobDetail,
  cronTrigger,
  eventBusSubscriber,
  staticResource,
} from './standard/apex-objects.ts';
import { campaign, campaignMember } from './standard/campaign.ts';
import { contact } from './standard/contact.ts';
import { lead } from './standard/lead.ts';
import { opportunity, opportunityContactRole, opportunityStage } from './standard/opportunity.ts';
import {
  group,
  organization,
  profile,
  recordType,
  user,
  userLicense,
  userLogin,
  userRole,
} from './standard/people.ts';
import {
  customPermission,
  fieldPermissions,
  objectPermissions,
  permissionSet,
  permissionSetAssignment,
  setupEntityAccess,
} from './standard/permissions.ts';

/** The schema of a new org, before anything is deployed into it. */
export function loadStandardSchema(): OrgSchema {
  return new OrgSchema([
    account,
    contact,
    lead,
    opportunity,
    opportunityContactRole,
    campaign,
    campaignMember,
    task,
    event,
    eventRelation,
    taskStatus,
    leadStatus,
    opportunityStage,
    user,
    userLogin,
    group,
    userLicense,
    profile,
    userRole,
    organization,
    recordType,
    permissionSet,
    permissionSetAssignment,
    objectPermissions,
    fieldPermissions,
    customPermission,
    setupEntityAccess,
    apexClass,
    apexTrigger,
    asyncApexJob,
    cronJobDetail,
    cronTrigger,
    eventBusSubscriber,
    staticResource,
  ]);
}
