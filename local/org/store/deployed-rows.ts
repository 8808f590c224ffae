import { OrgError } from '../errors.ts';
import type { CustomMetadataRecord, Metadata, RecordTypeSource } from '../schema/metadata.ts';
import type { FieldSchema, FieldValues, ObjectSchema, Schema } from '../schema/schema.ts';
import type { RecordStore, SaveContext } from './record-store.ts';

type DeployedStore = Pick<RecordStore, 'insert' | 'update' | 'remove' | 'coerce' | 'read'> & {
  readonly schema: Schema;
  idsWhere(object: string, field: string, value: string): readonly string[];
  allIds(object: string): readonly string[];
};

export type DeployedRows = Pick<
  Metadata,
  'recordTypes' | 'customMetadata' | 'customPermissions' | 'staticResources'
>;

const language = 'en_US';

/** What source says as rows: those of the source are there, with its values, and no others. */
export function applyDeployedRows(
  store: DeployedStore,
  { recordTypes, customMetadata, customPermissions, staticResources }: DeployedRows,
  context: SaveContext,
): void {
  applyRecordTypes(store, recordTypes, context);
  applyNamedRows(store, customPermissionRows(customPermissions), context);
  applyNamedRows(store, staticResourceRows(staticResources), context);
  const types = store.schema.all().filter(({ kind }) => kind === 'customMetadata');
  for (const type of targetsFirst(types)) {
    const records = customMetadata.filter(({ object }) => object === type.name);
    applyRecords(store, type, records, context);
  }
  // A second time, now that every record that another names is there.
  for (const record of customMetadata) named(record, () => relateRecord(store, record, context));
}

/** What is wrong with the values of a record. */
export class DeployedRowError extends Error {
  override readonly name = 'DeployedRowError';
  readonly file: string;

  constructor({ object, developerName }: CustomMetadataRecord, reason: string) {
    super(reason);
    this.file = `customMetadata/${object.replace(/__mdt$/, '')}.${developerName}.md-meta.xml`;
  }
}

/** Says of what record an error is. @throws DeployedRowError */
function named<T>(record: CustomMetadataRecord, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof OrgError ? new DeployedRowError(record, error.message) : error;
  }
}

/** A type after those that its records name: a required relationship needs its target at once. */
function targetsFirst(types: readonly ObjectSchema[]): Iterable<ObjectSchema> {
  const ordered = new Set<ObjectSchema>();
  const visiting = new Set<string>();
  const visit = (type: ObjectSchema): void => {
    if (visiting.has(type.name)) return;
    visiting.add(type.name);
    const targets = new Set([...type.fields.values()].flatMap(({ referenceTo }) => referenceTo));
    for (const target of types) if (targets.has(target.name)) visit(target);
    ordered.add(type);
  };
  for (const type of types) visit(type);
  return ordered;
}

/** Rows that are told apart by one field. */
interface NamedRows {
  readonly object: string;
  readonly nameField: string;
  readonly rows: readonly FieldValues[];
}

function customPermissionRows(sources: Metadata['customPermissions']): NamedRows {
  const rows = sources.map(({ name, label, description }) => ({
    DeveloperName: name,
    MasterLabel: label,
    Language: language,
    Description: description ?? null,
  }));
  return { object: 'CustomPermission', nameField: 'DeveloperName', rows };
}

function staticResourceRows(sources: Metadata['staticResources']): NamedRows {
  const rows = sources.map(({ name, contentType, cacheControl, description, body }) => ({
    Name: name,
    ContentType: contentType,
    CacheControl: cacheControl,
    Description: description ?? null,
    Body: body,
    BodyLength: Buffer.byteLength(body, 'base64'),
  }));
  return { object: 'StaticResource', nameField: 'Name', rows };
}

function applyNamedRows(
  store: DeployedStore,
  { object, nameField, rows }: NamedRows,
  context: SaveContext,
): void {
  const kept = rows.map((values) => {
    const [known] = store.idsWhere(object, nameField, String(values[nameField]));
    return known === undefined
      ? store.insert(object, values, context)
      : store.update(object, known, values, context);
  });
  removeOthers(store, object, kept, context);
}

function applyRecordTypes(
  store: DeployedStore,
  types: readonly RecordTypeSource[],
  context: SaveContext,
): void {
  const kept = types.map((type) => {
    const known = store
      .idsWhere('RecordType', 'DeveloperName', type.developerName)
      .find((id) => store.read('RecordType', id)?.['SobjectType'] === type.object);
    const values = {
      Name: type.label,
      DeveloperName: type.developerName,
      Description: type.description ?? null,
      IsActive: type.active,
    };
    return known === undefined
      ? store.insert('RecordType', { ...values, SobjectType: type.object }, context)
      : store.update('RecordType', known, values, context);
  });
  removeOthers(store, 'RecordType', kept, context);
}

function applyRecords(
  store: DeployedStore,
  { name }: ObjectSchema,
  records: readonly CustomMetadataRecord[],
  context: SaveContext,
): void {
  const kept = records.map((record) =>
    named(record, () => {
      const [known] = store.idsWhere(name, 'DeveloperName', record.developerName);
      const values = metadataValues(store, record);
      return known === undefined
        ? store.insert(name, values, context)
        : store.update(name, known, values, context);
    }),
  );
  removeOthers(store, name, kept, context);
}

function removeOthers(
  store: DeployedStore,
  object: string,
  kept: readonly FieldValues[],
  context: SaveContext,
): void {
  const ids = new Set(kept.map((row) => row['Id']));
  for (const id of store.allIds(object)) {
    if (!ids.has(id)) store.remove(object, id, context);
  }
}

/** A field that the file does not mention is empty; of a relationship, so is one whose target is not there yet. */
function metadataValues(store: DeployedStore, record: CustomMetadataRecord): FieldValues {
  const object = store.schema.require(record.object);
  const given = new Map([...record.values].map(([name, value]) => [name.toLowerCase(), value]));
  const custom = [...object.fields.values()].filter((field) => field.custom);
  const raw = custom.map((field) => {
    const value = given.get(field.name.toLowerCase()) ?? null;
    return [field.name, rawValue(store, field, value)] as const;
  });
  return {
    ...store.coerce(object.name, Object.fromEntries(raw)),
    DeveloperName: record.developerName,
    MasterLabel: record.label,
    Label: record.label,
    Language: language,
    QualifiedApiName: record.developerName,
  };
}

function rawValue(store: DeployedStore, field: FieldSchema, value: string | null): unknown {
  const [target] = field.referenceTo;
  if (field.type === 'boolean') return value ?? false;
  if (target === undefined || value === null) return value;
  return store.idsWhere(target, 'DeveloperName', value)[0] ?? null;
}

/** @throws OrgError when a record that it names does not exist */
function relateRecord(
  store: DeployedStore,
  { object, developerName, values }: CustomMetadataRecord,
  context: SaveContext,
): void {
  const { fields } = store.schema.require(object);
  const changes: FieldValues = {};
  for (const [name, value] of values) {
    const field = fields.get(name.toLowerCase());
    const [target] = field?.referenceTo ?? [];
    if (field === undefined || target === undefined || value === null) continue;
    const [id] = store.idsWhere(target, 'DeveloperName', value);
    if (id === undefined)
      throw new OrgError('INVALID_CROSS_REFERENCE_KEY', `no record ${value} of ${target} found`);
    changes[field.name] = id;
  }
  const [id] = store.idsWhere(object, 'DeveloperName', developerName);
  if (id !== undefined && Object.keys(changes).length > 0)
    store.update(object, id, changes, context);
}
