import type * as z from 'zod/mini';
import type { previewSchema } from '../routes/activities.ts';
import type { createdFieldsSchema, fieldRightsSchema } from '../routes/activity-fields.ts';
import type { exclusionsSchema } from '../routes/activity-settings.ts';
import type {
  auditSchema,
  auditsSchema,
  estimateSchema,
  findingsSchema,
} from '../routes/audits.ts';
import type { changesSchema } from '../routes/changes.ts';
import type { shownSchema } from '../routes/conditions.ts';
import type { errorsSchema } from '../routes/errors.ts';
import type { usageEstimateSchema } from '../routes/estimate.ts';
import type { catalogueSchema } from '../routes/fields.ts';
import type { entrySchema } from '../routes/ledger.ts';
import type { limitsSchema } from '../routes/limits.ts';
import type { lastDeploymentSchema, packageSchema } from '../routes/package.ts';
import type { relatableSchema, roleSchema, rolesSchema } from '../routes/roles.ts';
import type { userSettingsSchema } from '../routes/user-settings.ts';
import type { userSchema } from '../routes/users.ts';
import type { passSchema, syncUserSchema } from '../schemas.ts';

/* What the API answers to the panels, by the schemas that its document is made of. Types only: nothing is bundled. */

export type AuditAnswer = z.output<typeof auditSchema>;
export type AuditsAnswer = z.output<typeof auditsSchema>;
export type AuditEstimate = z.output<typeof estimateSchema>;
export type FindingsAnswer = z.output<typeof findingsSchema>;
export type PassAnswer = z.output<typeof passSchema>;
export type ConditionsAnswer = z.output<typeof shownSchema>;
export type CatalogueAnswer = z.output<typeof catalogueSchema>;
export type LimitsAnswer = z.output<typeof limitsSchema>;
export type ErrorsAnswer = z.output<typeof errorsSchema>;
export type UsageEstimate = z.output<typeof usageEstimateSchema>;
export type SyncUserAnswer = z.output<typeof syncUserSchema>;
export type RolesAnswer = z.output<typeof rolesSchema>;
export type RoleAnswer = z.output<typeof roleSchema>;
export type RelatableAnswer = z.output<typeof relatableSchema>;
export type UserSettingsAnswer = z.output<typeof userSettingsSchema>;
export type LoggingAnswer = UserSettingsAnswer['holds'];
export type ExclusionsAnswer = z.output<typeof exclusionsSchema>;
export type LastDeploymentAnswer = z.output<typeof lastDeploymentSchema>;
export type DeploymentAnswer = NonNullable<LastDeploymentAnswer['deployment']>;
export type PackageAnswer = z.output<typeof packageSchema>;
export type LedgerAnswer = {
  readonly activities: readonly z.output<typeof entrySchema>[];
  /** There may be more behind it. */
  readonly next?: string;
};
export type PreviewsAnswer = { readonly previews: readonly z.output<typeof previewSchema>[] };
export type FieldRightsAnswer = z.output<typeof fieldRightsSchema>;
export type CreatedFieldsAnswer = z.output<typeof createdFieldsSchema>;
export type UsersAnswer = { readonly users: readonly z.output<typeof userSchema>[] };
export type ChangesAnswer = z.output<typeof changesSchema>;
