import type { SourceFile } from './apex/program.ts';
import type { FieldValues } from './schema/schema.ts';
import type { SaveContext } from './store/record-store.ts';
import type { SqliteRecordStore } from './store/sqlite-record-store.ts';
import { inactiveTriggers } from './trigger-status.ts';

/** Writes `ApexClass` and `ApexTrigger` rows for deployed code; rows whose code is the same stay as they are. */
export function writeCodeRows(
  store: SqliteRecordStore,
  files: readonly SourceFile[],
  context: SaveContext,
): void {
  const versions = apiVersions(files);
  const inactive = inactiveTriggers(files);
  for (const { path, text } of files) {
    const match = /([^/]+)\.(cls|trigger)$/.exec(path);
    if (match === null) continue;
    const [, name = '', suffix] = match;
    const values: FieldValues = {
      Name: name,
      ApiVersion: versions.get(path.toLowerCase()) ?? null,
      Status: 'Active',
      IsValid: true,
      Body: text,
      LengthWithoutComments: withoutComments(text).length,
    };
    if (suffix === 'cls') writeRow(store, 'ApexClass', values, context);
    else {
      const Status = inactive.has(name.toLowerCase()) ? 'Inactive' : 'Active';
      writeRow(store, 'ApexTrigger', { ...values, Status, ...triggerValues(text) }, context);
    }
  }
}

/** From `Name.cls-meta.xml` beside the code, by the code's path in lower case. */
function apiVersions(files: readonly SourceFile[]): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { path, text } of files) {
    const code = /^(.+\.(?:cls|trigger))-meta\.xml$/i.exec(path)?.[1];
    const version = /<apiVersion>\s*(\d+\.\d)\s*<\/apiVersion>/.exec(text)?.[1];
    if (code !== undefined && version !== undefined) {
      versions.set(code.toLowerCase(), Number(version));
    }
  }
  return versions;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
}

/** `trigger X on Account (before insert, after update)`: its object and its events. */
function triggerValues(text: string): FieldValues {
  const match = /\btrigger\s+\w+\s+on\s+(\w+)\s*\(([^)]*)\)/i.exec(withoutComments(text));
  const events = (match?.[2] ?? '').split(',').map((event) => event.trim().toLowerCase());
  const has = (event: string): boolean => events.includes(event);
  return {
    TableEnumOrId: match?.[1] ?? null,
    UsageBeforeInsert: has('before insert'),
    UsageAfterInsert: has('after insert'),
    UsageBeforeUpdate: has('before update'),
    UsageAfterUpdate: has('after update'),
    UsageBeforeDelete: has('before delete'),
    UsageAfterDelete: has('after delete'),
    UsageAfterUndelete: has('after undelete'),
    UsageIsBulk: false,
  };
}

function writeRow(
  store: SqliteRecordStore,
  objectName: 'ApexClass' | 'ApexTrigger',
  values: FieldValues,
  { nowMs, userId }: SaveContext,
): void {
  const object = store.schema.require(objectName);
  const stamp = new Date(Math.floor(nowMs / 1000) * 1000).toISOString();
  const modified = { LastModifiedDate: stamp, LastModifiedById: userId, SystemModstamp: stamp };
  const [known] = store.rows.idsWhere(object, 'Name', String(values['Name']));
  if (known === undefined) {
    const created = { CreatedDate: stamp, CreatedById: userId };
    store.rows.insert(object, { Id: store.ids.next(object), ...values, ...created, ...modified });
  } else if (
    ['Body', 'Status'].some((name) => store.rows.value(objectName, known, name) !== values[name])
  ) {
    store.rows.update(object, known, { ...values, ...modified });
  }
}
