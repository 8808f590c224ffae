import { stateOf } from '#core/apply-plan.ts';
import { bulkColumns } from '#core/bulk-rows.ts';
import type { OrgState } from '#core/org.ts';
import type { Job, Pass } from '#core/pass.ts';
import type { OpenPart, PartEvent } from '#core/passes.ts';
import { LATE_COMMIT_MS, purposeOf } from '#core/passes.ts';
import { type Slice, WHOLE_OBJECT } from '#core/slices.ts';
import { soqlSelect, windowCondition } from '#core/soql.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';
import { type CheckWindowPorts, checkWindow } from './check-window.ts';
import { examineWindow } from './examine-window.ts';
import { planSlices } from './plan-slices.ts';
import { type RefreshFieldsPorts, refreshFields } from './refresh-fields.ts';
import { type StartPassPorts, startPass } from './start-pass.ts';
import { withKnownFields } from './with-known-fields.ts';

export type PlanPartPorts = StartPassPorts & RefreshFieldsPorts & CheckWindowPorts;

/** Their old records are archived: hidden from plain queries, though alive. */
const ARCHIVED_OBJECTS = new Set(['Task', 'Event']);

/**
 * Finds out what an open part has to read: asks the org what changed, and plans the Bulk job where there is something.
 * Repeating it is harmless: the job's id follows from pass and object, and no job begins before its part says so.
 */
export async function planPart(
  ports: PlanPartPorts,
  salesforce: Salesforce,
  org: OrgState,
  pass: Pass,
  object: string,
  part: OpenPart,
  wake: boolean,
): Promise<PartEvent> {
  const { sinceMs, upperMs } = part;
  let coveredMs = upperMs - LATE_COMMIT_MS;
  let unproven: string | undefined;
  if (sinceMs !== null) {
    const checked = await check(ports, salesforce, org, pass, object, { sinceMs, upperMs }, wake);
    if (checked !== undefined) return checked;
    const window = await examineWindow(ports, salesforce, org.orgId, object, sinceMs, upperMs);
    if (window.outcome === 'unlisted') {
      const audited = await auditInstead(ports, org, object, window.reason);
      if (audited) return { type: 'failed', error: window.reason };
      // What changed need not wait for the next audit; nothing is proven by it.
      unproven = window.reason;
    }
    coveredMs = window.outcome === 'unlisted' ? sinceMs : window.coveredMs;
    if (window.outcome === 'idle') return { type: 'idle', coveredMs };
  }
  const described = await salesforce.describe(object, { fresh: true });
  if (described === undefined) return { type: 'failed', error: 'the Sync User does not see it' };

  const current = await withoutGoneFields(ports, org, described);
  const slices = await slicesOf(salesforce, described, part);
  const job = planJob(current, pass, described, part, slices, ports.clock.now());
  if (job === undefined) return { type: 'failed', error: 'is no longer mirrored' };
  await ports.jobs.createJob(job);
  const planned = { type: 'planned', coveredMs, jobId: job.id } as const;
  return unproven === undefined ? planned : { ...planned, unproven };
}

/**
 * A light check needs no job, unless too much has changed.
 * @param wake the step may have been begun before
 * @returns undefined when the part must be read by a job
 */
async function check(
  ports: PlanPartPorts,
  salesforce: Salesforce,
  org: OrgState,
  pass: Pass,
  object: string,
  part: OpenPart & { readonly sinceMs: number },
  wake: boolean,
): Promise<PartEvent | undefined> {
  const state = stateOf(org, object);
  if (pass.kind !== 'check' || state === undefined) return undefined;
  const againSinceMs = wake ? pass.startedAtMs : undefined;
  const found = await withKnownFields(ports, org, object, state, (known) =>
    checkWindow(ports, salesforce, org, object, known, part, againSinceMs),
  );
  // A job examines the window too, and asks for an audit where deletes are not listed.
  if (found.outcome !== 'proven') return undefined;
  return { type: 'idle', coveredMs: found.coveredMs, rows: found.rows };
}

/** T47: the job must not ask for a field that is gone, and its rows must count as the whole field set. */
async function withoutGoneFields(
  ports: RefreshFieldsPorts,
  org: OrgState,
  described: DescribedObject,
): Promise<OrgState> {
  const names = new Set(described.fields.map(({ name }) => name));
  const held = stateOf(org, described.name)?.fieldSet.fields ?? [];
  if (held.every((field) => names.has(field))) return org;
  await refreshFields(ports, org.orgId);
  return (await ports.orgs.get(org.orgId)) ?? org;
}

/** A log of deletes that is purged faster than an audit takes would have audits follow one another without end. */
const AUDIT_REST_MS = 6 * 60 * 60_000;

/**
 * Where deletes can no longer be listed, only an audit tells what is gone: one at a time, and one in six hours.
 * @returns whether one is under way now
 */
async function auditInstead(
  ports: StartPassPorts,
  { orgId }: OrgState,
  object: string,
  reason: string,
): Promise<boolean> {
  const running = await ports.jobs.listPasses(orgId, { state: 'running', limit: 50 });
  if (running.some(({ kind, parts }) => kind === 'audit' && Object.hasOwn(parts, object))) {
    return true;
  }
  const id = `unlisted-${object}-${Math.floor(ports.clock.now() / AUDIT_REST_MS)}`;
  if ((await ports.jobs.getPass(orgId, id)) !== undefined) return false;
  await startPass(ports, { orgId, kind: 'audit', id, reason, objects: [object] });
  return true;
}

/** A window is small enough, mostly, and is cut when it is not; an audit is cut beforehand. */
async function slicesOf(
  salesforce: Salesforce,
  { name, fields }: DescribedObject,
  { sinceMs, upperMs }: OpenPart,
): Promise<readonly Slice[] | undefined> {
  if (fields.every((field) => field.name !== 'CreatedDate')) return undefined;
  if (sinceMs !== null) return [WHOLE_OBJECT];
  const { where, operation } = selection(name, sinceMs, upperMs);
  return await planSlices(salesforce, name, where, {
    all: operation === 'queryAll',
    nowMs: upperMs,
  });
}

function planJob(
  org: OrgState,
  pass: Pass,
  described: DescribedObject,
  { sinceMs, upperMs }: OpenPart,
  slices: readonly Slice[] | undefined,
  nowMs: number,
): Job | undefined {
  const object = described.name;
  const state = Object.hasOwn(org.objects, object) ? org.objects[object] : undefined;
  if (state === undefined) return undefined;
  const compare =
    pass.compare === true && sinceMs === null && state.completeThroughMs !== undefined;
  const selected = compare ? { ...state.fieldSet, fields: [] } : state.fieldSet;
  const columns = bulkColumns(selected, described.fields);
  const fields = columns.map((column) => column.name);
  const { where, operation } = selection(object, sinceMs, upperMs);
  return {
    id: `${pass.id}.${object}`,
    orgId: org.orgId,
    revision: 1,
    passId: pass.id,
    object,
    soql: soqlSelect(object, fields, where),
    columns,
    fieldSet: state.fieldSet.hash,
    fields: state.fieldSet.fields,
    operation,
    ...(compare && { compare }),
    ...(pass.kind === 'audit' && { audits: true as const }),
    ...(pass.rowsPerMinute !== undefined && { rowsPerMinute: pass.rowsPerMinute }),
    purpose: purposeOf(org, pass),
    bornAfterMs: sinceMs ?? upperMs,
    state: 'planned',
    apiVersion: org.apiVersion,
    ...(slices !== undefined && { slices }),
    rowsImported: 0,
    polls: 0,
    failures: 0,
    stalls: 0,
    startedAtMs: nowMs,
    progressAtMs: nowMs,
  };
}

function selection(
  object: string,
  sinceMs: number | null,
  upperMs: number,
): { readonly where?: string; readonly operation: Job['operation'] } {
  if (sinceMs !== null) {
    return { where: windowCondition(sinceMs, upperMs), operation: 'queryAll' };
  }
  return ARCHIVED_OBJECTS.has(object)
    ? { where: 'IsDeleted = false', operation: 'queryAll' }
    : { operation: 'query' };
}
