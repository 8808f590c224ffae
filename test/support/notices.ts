import type { OrgId } from '#core/ids.ts';
import type { Notice, NoticeChange } from '#core/notice.ts';

/** A `salesforce.changes` notice of the package, sent and changed at a second. */
export function aNotice(
  orgId: OrgId,
  atMs: number,
  changes: readonly Partial<NoticeChange>[],
  more: Partial<Notice> = {},
): Notice {
  const at = isoSeconds(atMs);
  return {
    version: 1,
    type: 'salesforce.changes',
    orgId,
    sentAt: at,
    package: '1.0.0',
    mode: 'immediate',
    changes: changes.map((change) => ({
      object: 'Contact',
      op: 'update',
      at,
      conditions: '*',
      ids: [],
      ...change,
    })),
    ...more,
  };
}

/** `2026-11-21T22:10:01Z` */
export function isoSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
