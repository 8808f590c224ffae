import { OrgError } from '../../errors.ts';
import type { FieldValue } from '../../schema/schema.ts';
import { opportunityStages, type StageValue } from '../../schema/standard/picklists.ts';
import { requiredMissing } from '../checks.ts';
import { changes, type Draft, type ObjectRules, type RuleDeps } from '../rules.ts';
import { tableName } from '../tables.ts';
import { dateOf } from '../times.ts';

export const opportunityRules: ObjectRules = { derive: deriveOpportunity };
export const contactRoleRules: ObjectRules = { afterSave: keepOnePrimary };
export const campaignMemberRules: ObjectRules = { derive: deriveMember, check: checkMember };

const stages = new Map<FieldValue, StageValue>(
  opportunityStages.map((stage) => [stage.name, stage]),
);

/** Stage decides probability and forecast unless the caller gives them; amounts and fiscal period follow. */
function deriveOpportunity(draft: Draft): void {
  const { row } = draft;
  const stage = stages.get(row['StageName'] ?? null);
  row['IsClosed'] = stage?.isClosed ?? false;
  row['IsWon'] = stage?.isWon ?? false;
  if (changes(draft, 'StageName')) {
    if (!givenAnew(draft, 'Probability')) row['Probability'] = stage?.probability ?? 0;
    if (!givenAnew(draft, 'ForecastCategoryName'))
      row['ForecastCategoryName'] = stage?.forecastCategoryName ?? 'Pipeline';
    if (draft.before) row['LastStageChangeDate'] = draft.stamp;
  }
  row['ForecastCategory'] = forecastCategoryOf(row['ForecastCategoryName'] ?? null);
  row['ExpectedRevenue'] = expectedRevenue(row['Amount'], row['Probability']);
  deriveFiscalPeriod(draft);
}

/** A value the caller chose now; one that came along unchanged does not count. */
function givenAnew(draft: Draft, field: string): boolean {
  const value = draft.row[field];
  return draft.given.has(field) && value != null && value !== draft.before?.[field];
}

function forecastCategoryOf(name: FieldValue): FieldValue {
  switch (name) {
    case 'Best Case':
      return 'BestCase';
    case 'Most Likely':
      return 'MostLikely';
    case 'Commit':
      return 'Forecast';
    default:
      return name;
  }
}

function expectedRevenue(
  amount: FieldValue | undefined,
  probability: FieldValue | undefined,
): FieldValue {
  if (typeof amount !== 'number') return null;
  const percent = typeof probability === 'number' ? probability : 0;
  return Math.round(amount * percent) / 100;
}

/** The fiscal year of a new org is the calendar year. */
function deriveFiscalPeriod(draft: Draft): void {
  const closeDate = draft.row['CloseDate'];
  if (typeof closeDate !== 'string') return;
  const year = Number(closeDate.slice(0, 4));
  const quarter = Math.ceil(Number(closeDate.slice(5, 7)) / 3);
  draft.row['FiscalYear'] = year;
  draft.row['FiscalQuarter'] = quarter;
  draft.row['Fiscal'] = `${year} ${quarter}`;
}

/** An Opportunity has one primary contact role: a new one takes the mark from the old. */
function keepOnePrimary(draft: Draft, deps: RuleDeps): void {
  if (draft.row['IsPrimary'] !== true) return;
  const { object, id: own, stamp, context } = draft;
  for (const id of deps.rows.idsWhere(
    object,
    'OpportunityId',
    String(draft.row['OpportunityId']),
  )) {
    if (id === own || deps.rows.value(object.name, id, 'IsPrimary') !== 1) continue;
    deps.rows.update(object, id, {
      IsPrimary: false,
      LastModifiedDate: stamp,
      LastModifiedById: context.userId,
      SystemModstamp: stamp,
    });
  }
}

function deriveMember(draft: Draft): void {
  const { row, stamp } = draft;
  const { LeadId: leadId, ContactId: contactId } = row;
  if (leadId == null && contactId == null) throw requiredMissing(['LeadId', 'ContactId']);
  row['LeadOrContactId'] = contactId ?? leadId ?? null;
  row['Type'] = contactId == null ? 'Lead' : 'Contact';
  row['HasResponded'] = row['Status'] === 'Responded';
  if (row['HasResponded'] === true) row['FirstRespondedDate'] ??= dateOf(stamp);
}

function checkMember(draft: Draft, deps: RuleDeps): void {
  if (!changes(draft, 'LeadOrContactId', 'CampaignId')) return;
  const twin = deps.database.row(
    `SELECT "Id" FROM ${tableName('CampaignMember')} WHERE "CampaignId" = ? AND "LeadOrContactId" = ? AND "Id" <> ?`,
    String(draft.row['CampaignId']),
    String(draft.row['LeadOrContactId']),
    draft.id,
  );
  if (twin) throw new OrgError('DUPLICATE_VALUE', 'Already a campaign member.');
}
