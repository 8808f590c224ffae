import { describeIssue } from './describe-issue.ts';
import { AppError } from './errors.ts';
import { type OrgId, toId18 } from './ids.ts';
import { type Notice, noticeSchema } from './notice.ts';

/** The versions of the notice that this receiver reads. */
const KNOWN_VERSION = 1;
/** As far as the clocks of Salesforce's own hosts, and ours, may differ. */
const MAX_AHEAD_MS = 300_000;

/**
 * Reads a verified body as a notice of the org in the path.
 *
 * @param timestampMs the verified time at which it was sent: no time in it may lie more than 300 s later, or versions
 *   from the future would shut out every later change
 * @throws AppError invalid-input naming the first fault by its JSON pointer; unavailable (retryable) for a version
 *   that a newer package writes
 */
export function parseNotice(body: Uint8Array, orgId: OrgId, timestampMs: number): Notice {
  const json = parseJson(body);
  refuseNewerVersion(json);
  const result = noticeSchema.safeParse(json);
  if (!result.success) {
    const { pointer, reason } = describeIssue(result.error.issues[0]);
    throw invalid(pointer, reason);
  }
  refuseForeignOrg(result.data, orgId);
  refuseWrongIds(result.data);
  refuseFutureTimes(result.data, timestampMs + MAX_AHEAD_MS);
  return result.data;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The parser's own message quotes the text, which may hold a record's values.
    throw invalid('', 'the body is not JSON in UTF-8');
  }
}

function refuseNewerVersion(json: unknown): void {
  if (typeof json !== 'object' || json === null || !('version' in json)) return;
  const { version } = json;
  if (Number.isInteger(version) && version !== KNOWN_VERSION) {
    throw new AppError(
      'unavailable',
      `The receiver is older than the package: it reads notices of version ${KNOWN_VERSION}, this is version ${version}. Upgrade the receiver.`,
      { retryable: true, pointer: '/version' },
    );
  }
}

function refuseForeignOrg(notice: Notice, orgId: OrgId): void {
  if (notice.orgId !== orgId) {
    throw invalid('/orgId', 'names another org than the path of the request');
  }
}

/** The schema knows an id's form; its last three characters are a checksum over the first fifteen. */
function refuseWrongIds({ changes }: Notice): void {
  changes.forEach((change, index) => {
    const at = `/changes/${index}`;
    change.ids.forEach((id, position) => {
      refuseWrongId(id, `${at}/ids/${position}`);
    });
    change.records?.forEach(({ id }, position) => {
      refuseWrongId(id, `${at}/records/${position}/id`);
    });
    if (change.into !== undefined) refuseWrongId(change.into, `${at}/into`);
    if (change.op === 'merge' && change.into === undefined) {
      throw invalid(`${at}/into`, 'missing: a merge names the surviving record');
    }
  });
}

/** A time that is no time (`2026-13-01…`) is refused too. */
function refuseFutureTimes({ changes, gap }: Notice, limitMs: number): void {
  const refuse = (time: string | undefined, pointer: string) => {
    if (time === undefined || Date.parse(time) <= limitMs) return;
    throw invalid(pointer, 'lies in the future, or is no time');
  };
  refuse(gap?.since, '/gap/since');
  changes.forEach((change, index) => {
    refuse(change.at, `/changes/${index}/at`);
    refuse(change.readAt, `/changes/${index}/readAt`);
    change.records?.forEach(({ modstamp }, position) => {
      refuse(modstamp, `/changes/${index}/records/${position}/modstamp`);
    });
  });
}

function refuseWrongId(id: string, pointer: string): void {
  if (toId18(id) === undefined) throw invalid(pointer, 'the checksum of the record id is wrong');
}

function invalid(pointer: string, reason: string): AppError {
  return new AppError('invalid-input', `${pointer === '' ? 'Body' : pointer}: ${reason}.`, {
    pointer,
  });
}
