import { judgeChange, statesOthers, withoutValues } from '#core/conditions.ts';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import { type OrgId, toId18 } from '#core/ids.ts';
import type { Notice } from '#core/notice.ts';
import { noticeMessages } from '#core/notice-messages.ts';
import type { OrgState } from '#core/org.ts';
import { parseNotice } from '#core/parse-notice.ts';
import {
  correlationId,
  type SignedRequest,
  type Verification,
  verifySignature,
} from '#core/signature.ts';
import type { Ports } from '#ports/ports.ts';
import type { OrgSecrets } from '#ports/secrets.ts';
import { correlatedTelemetry } from './correlated-telemetry.ts';
import type { KnownOrgs } from './known-orgs.ts';
import type { LivenessRecorder } from './liveness-recorder.ts';

/** A queue message takes 1 MiB with our envelope; Apex halves a page that is refused as too large. */
const MAX_BODY_BYTES = 900_000;

export type AcceptNoticePorts = Pick<
  Ports,
  'clock' | 'telemetry' | 'secrets' | 'orgs' | 'noticeQueue'
>;

/** What a process of the gateway keeps between notices. */
interface GatewayMemory {
  readonly liveness: LivenessRecorder;
  readonly knownOrgs: KnownOrgs;
}

export type AcceptOutcome =
  /** Verified and durably queued, or nothing of it counts. */
  | { readonly outcome: 'accepted' }
  /** Unknown org, bad signature or a clock off by over 300 s: the caller must not learn which. */
  | { readonly outcome: 'unauthorized' }
  /** Validly signed, but this org's sync was removed: Apex switches itself off. */
  | { readonly outcome: 'removed' };

/**
 * Takes one signed POST from Apex: verify, parse, check Sync Conditions, queue, then note when Apex was last seen.
 * Stores no webhook ids: a repeat changes nothing, because writes are versioned (R1).
 *
 * @param pathOrgId the org in the path, 15 or 18 characters, unverified
 * @throws AppError too-large, invalid-input (first fault), unavailable (queue unreachable, notice too new)
 */
export async function acceptNotice(
  given: AcceptNoticePorts,
  { liveness, knownOrgs }: GatewayMemory,
  pathOrgId: string,
  request: SignedRequest,
): Promise<AcceptOutcome> {
  const webhookId = correlationId(request.id);
  const ports = { ...given, telemetry: correlatedTelemetry(given.telemetry, { webhookId }) };
  if (request.body.byteLength > MAX_BODY_BYTES) {
    ports.telemetry.metric('RejectedBySize', 1);
    throw new AppError('too-large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  const orgId = orgIdOf(pathOrgId);
  const verified = await verify(ports, orgId, request);
  if (orgId === undefined || !verified.ok) {
    logRefusal(ports, orgId, verified);
    return { outcome: 'unauthorized' };
  }
  const recent = await knownOrgs.recent(orgId);
  const alive = recent?.phase === 'removed' ? await knownOrgs.now(orgId) : recent;
  if (alive === undefined || alive.phase === 'removed') return gone(ports, alive);

  const notice = parsed(ports, orgId, request, verified);
  const org = isPlain(alive, notice) ? alive : await knownOrgs.now(orgId);
  if (org === undefined || org.phase === 'removed') return gone(ports, org);
  const { counting, dropped, drifted } = sift(org, notice);
  if (counting.changes.length > 0 || counting.gap !== undefined) {
    const receipt = { orgId, webhookId: verified.webhookId, receivedAtMs: ports.clock.now() };
    const bytes = request.body.byteLength;
    const messages = noticeMessages(receipt, counting, undefined, bytes);
    await ports.noticeQueue.send(orgId, messages);
  }
  for (const reason of await liveness.record(orgId, notice.type, verified.timestampMs, dropped)) {
    ports.telemetry.warn('LivenessNotRecorded', { orgId, reason });
  }
  if (drifted) await flagDrift(ports, org);
  else await notePackage(ports, org, notice.package);
  ports.telemetry.info('NoticeAccepted', { orgId, type: notice.type, dropped });
  ports.telemetry.metric('NoticesAccepted', 1);
  if (dropped > 0) ports.telemetry.metric('ChangesDropped', dropped);
  return { outcome: 'accepted' };
}

/**
 * Whether the notice may be judged by the org as it was some seconds ago: all of it counts, and it tells nothing that is
 * to be noted. Anything else is judged by what is stored now.
 */
function isPlain(recent: OrgState, notice: Notice): boolean {
  if (recent.packageVersion !== notice.package) return false;
  const { dropped, drifted } = sift(recent, notice);
  return dropped === 0 && !drifted;
}

function gone({ telemetry }: AcceptNoticePorts, org: OrgState | undefined): AcceptOutcome {
  if (org === undefined) return { outcome: 'unauthorized' };
  telemetry.metric('RejectedByRemoval', 1);
  return { outcome: 'removed' };
}

/** A refusal is logged under the id of its request, which the package's own error log names too. */
function parsed(
  { telemetry }: AcceptNoticePorts,
  orgId: OrgId,
  { body }: SignedRequest,
  { timestampMs }: Extract<Verification, { ok: true }>,
): Notice {
  try {
    return parseNotice(body, orgId, timestampMs);
  } catch (error) {
    telemetry.warn('NoticeRefused', { orgId, reason: failureReason(error) });
    telemetry.metric('RejectedByBody', 1);
    throw error;
  }
}

function orgIdOf(text: string): OrgId | undefined {
  const id = toId18(text);
  return id?.startsWith('00D') ? (id as OrgId) : undefined;
}

/** After a rotation the cached secrets may be the old ones: a wrong signature is tried once against fresh ones. */
async function verify(
  ports: AcceptNoticePorts,
  orgId: OrgId | undefined,
  request: SignedRequest,
): Promise<Verification> {
  const nowMs = ports.clock.now();
  const cached = orgId === undefined ? undefined : await ports.secrets.find(orgId);
  const first = verifySignature(request, tokensOf(cached, nowMs), nowMs);
  if (first.ok || first.reason !== 'signature' || orgId === undefined) return first;
  const fresh = await ports.secrets.find(orgId, { fresh: true });
  return verifySignature(request, tokensOf(fresh, nowMs), nowMs);
}

function tokensOf(secrets: OrgSecrets | undefined, nowMs: number): readonly string[] {
  if (secrets === undefined) return [];
  const { token, previousToken } = secrets;
  const previous = previousToken !== undefined && previousToken.expiresAtMs > nowMs;
  return previous ? [token, previousToken.token] : [token];
}

function logRefusal(
  ports: AcceptNoticePorts,
  orgId: OrgId | undefined,
  verification: Verification,
): void {
  const reason = orgId === undefined || verification.ok ? 'org' : verification.reason;
  ports.telemetry.warn('SignatureRejected', { orgId, reason });
  ports.telemetry.metric('SignatureRejected', 1);
  if (reason === 'timestamp') ports.telemetry.metric('RejectedByTime', 1);
}

interface Sifted {
  /** The notice without what does not count; drifted changes without their values. */
  readonly counting: Notice;
  readonly dropped: number;
  readonly drifted: boolean;
}

function sift(org: OrgState, notice: Notice): Sifted {
  let dropped = 0;
  let drifted = statesOthers(org.conditions, notice.conditions);
  const changes = notice.changes.flatMap((change) => {
    const verdict = judgeChange(org.conditions, change);
    if (verdict === 'counts') return [change];
    if (verdict === 'drifted') {
      drifted = true;
      return [withoutValues(change)];
    }
    dropped += change.ids.length;
    return [];
  });
  return { counting: { ...notice, changes }, dropped, drifted };
}

/** Best effort: the next notice tells it again. */
async function notePackage(
  ports: AcceptNoticePorts,
  org: OrgState,
  packageVersion: string,
): Promise<void> {
  if (org.packageVersion === packageVersion || !/^\d{1,4}(\.\d{1,4}){0,3}$/.test(packageVersion))
    return;
  try {
    await ports.orgs.update({ ...org, packageVersion });
  } catch (error) {
    const reason = failureReason(error);
    ports.telemetry.warn('PackageVersionNotNoted', { orgId: org.orgId, reason });
  }
}

/** Best effort, once: the scheduler rewrites the org's rows and clears it. On a conflict the next notice tries again. */
async function flagDrift(ports: AcceptNoticePorts, org: OrgState): Promise<void> {
  if (org.conditionsDriftedAtMs !== undefined) return;
  const conditionsDriftedAtMs = ports.clock.now();
  try {
    await ports.orgs.update({ ...org, conditionsDriftedAtMs });
    ports.telemetry.warn('ConditionsDrifted', { orgId: org.orgId });
  } catch (error) {
    ports.telemetry.warn('ConditionsDriftNotFlagged', {
      orgId: org.orgId,
      reason: failureReason(error),
    });
  }
}
