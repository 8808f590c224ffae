import type { Org } from '../../../local/org/org.ts';

/** A Task or Event that tells of an activity, deleted or not. */
export interface OurRecord {
  readonly object: string;
  readonly id: string;
  /** `Mixmax_Activity_Id__c`; empty where its writer could not write it. */
  readonly key: string;
  readonly subject: string;
  readonly ownerId: string;
  readonly deleted: boolean;
  /** Of an Event, ISO 8601; empty for a Task. */
  readonly start: string;
}

const MARK = /#(\d+)v(\d+)#/;

/** Number and version of the activity that a subject tells of. */
export function markIn(
  subject: string,
): { readonly number: number; readonly version: number } | undefined {
  const [, number, version] = MARK.exec(subject) ?? [];
  return number === undefined ? undefined : { number: Number(number), version: Number(version) };
}

/** All that ever was written of activities and not purged, by the org's own store. */
export function ourRecords(org: Org): readonly OurRecord[] {
  const options = { allRows: true, nowMs: org.clock.now(), userId: org.orgId };
  return ['Task', 'Event'].flatMap((object) => {
    const start = object === 'Event' ? ', StartDateTime' : '';
    const soql = `SELECT Id, Mixmax_Activity_Id__c, Subject, OwnerId, IsDeleted${start} FROM ${object} ORDER BY Id`;
    const rows = [...org.soql.runArrays(org.soql.plan(soql), options)];
    return rows.flatMap(([id, key, subject, ownerId, deleted, begins]) => {
      const text = String(subject ?? '');
      if (key === null && markIn(text) === undefined) return [];
      return [
        {
          object,
          id: String(id),
          key: String(key ?? ''),
          subject: text,
          ownerId: String(ownerId),
          deleted: deleted === true || deleted === 1,
          start: String(begins ?? ''),
        },
      ];
    });
  });
}
