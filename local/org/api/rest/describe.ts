import { isDescribed } from '../../schema/id-list.ts';
import type { ChildRelationship, ObjectSchema, Schema } from '../../schema/schema.ts';
import { type ApiCall, dataPath, param } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import type { ApiOrg } from '../api-org.ts';
import { type ApiResult, json } from '../http.ts';
import { describeField } from './describe-field.ts';
import { recordTypeInfos } from './record-types.ts';

/** Answers recorded at version 46 lack these keys, those at 58 have them; when each came in between is not known. */
const NEW_KEYS: ReadonlySet<string> = new Set([
  'associateEntityType',
  'associateParentEntity',
  'deepCloneable',
  'defaultImplementation',
  'extendedBy',
  'extendsInterfaces',
  'implementedBy',
  'implementsInterfaces',
  'isInterface',
  'sobjectDescribeOption',
]);
const NEW_KEYS_SINCE = 50;

/** Tasks and events are seen in lists of activities, not in list views of their own. */
const WITHOUT_LIST_VIEWS: ReadonlySet<string> = new Set(['Task', 'Event']);

/** `GET /sobjects`: every object in short. */
export function describeGlobal(call: ApiCall): ApiResult {
  if (isUnchanged(call)) return { status: 304 };
  const sobjects = [...call.org.schema.all()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((object) => ({ ...summary(object), urls: summaryUrls(call, object) }));
  const body = { encoding: 'UTF-8', maxBatchSize: 200, sobjects };
  return json(200, body, cacheHeaders(call.org));
}

/** `GET /sobjects/{object}/describe`. */
export function describeObject(call: ApiCall): ApiResult {
  const object = requireObject(call);
  if (isUnchanged(call)) return { status: 304 };
  return json(200, objectDescription(call, object), cacheHeaders(call.org));
}

/** Prefix of the paths an answer names: the Tooling API describes its objects below its own. */
function basePath(call: ApiCall): string {
  const base = dataPath(call);
  return call.path.startsWith(`${base}/tooling/`) ? `${base}/tooling` : base;
}

/** The object a path names. @throws OrgError NOT_FOUND */
export function requireObject(call: ApiCall): ObjectSchema {
  const object = call.org.schema.find(param(call, 'object'));
  if (object === undefined) throw notFound();
  return object;
}

/** The keys a global description and `GET /sobjects/{object}` show. */
export function objectSummary(
  call: ApiCall,
  object: ObjectSchema,
): Readonly<Record<string, unknown>> {
  return { ...summary(object), urls: summaryUrls(call, object) };
}

function summary(object: ObjectSchema): Readonly<Record<string, unknown>> {
  const isRecord = object.kind !== 'platformEvent';
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: object.createable,
    custom: isCustom(object),
    customSetting: isSetting(object),
    deepCloneable: false,
    deletable: object.deletable,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: isRecord && !isSetting(object),
    mergeable: object.mergeable,
    mruEnabled: isRecord && !isSetting(object),
    name: object.name,
    queryable: object.queryable,
    replicateable: object.replicateable,
    retrieveable: isRecord,
    searchable: isRecord && !isSetting(object),
    triggerable: object.triggerable,
    undeletable: object.undeletable,
    updateable: object.updateable,
  };
}

function isSetting(object: ObjectSchema): boolean {
  return object.kind === 'hierarchySetting' || object.kind === 'listSetting';
}

function isCustom(object: ObjectSchema): boolean {
  return object.kind !== 'standard';
}

/** All keys are in alphabetical order, as the platform answers them. */
function objectDescription(call: ApiCall, object: ObjectSchema): Readonly<Record<string, unknown>> {
  const description: Record<string, unknown> = {
    ...summary(object),
    actionOverrides: [],
    childRelationships: childRelationships(call.org.schema, object),
    compactLayoutable: object.kind !== 'platformEvent' && !isSetting(object),
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields: [...object.fields.values()].filter(isDescribed).map(describeField),
    implementedBy: null,
    implementsInterfaces: null,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: recordTypeInfos(call, object),
    searchLayoutable: object.kind !== 'platformEvent' && !isSetting(object),
    sobjectDescribeOption: 'FULL',
    supportedScopes: [{ label: `All ${object.labelPlural.toLowerCase()}`, name: 'everything' }],
    urls: descriptionUrls(call, object),
  };
  const isOld = Number(call.version) < NEW_KEYS_SINCE;
  const entries = Object.entries(description).filter(([key]) => !(isOld && NEW_KEYS.has(key)));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function childRelationships(schema: Schema, object: ObjectSchema): object[] {
  return [...schema.childRelationships(object.name)]
    .sort((a, b) => (relationshipKey(a) < relationshipKey(b) ? -1 : 1))
    .map(({ cascadeDelete, childObject, field, relationshipName, idLists, listedObjects }) => ({
      cascadeDelete,
      childSObject: childObject,
      deprecatedAndHidden: false,
      field,
      junctionIdListNames: idLists ?? [],
      junctionReferenceTo: listedObjects ?? [],
      relationshipName: relationshipName ?? null,
      restrictedDelete: false,
    }));
}

function relationshipKey({ childObject, field }: ChildRelationship): string {
  return `${childObject}.${field}`;
}

function summaryUrls(call: ApiCall, object: ObjectSchema): Readonly<Record<string, string>> {
  const base = `${basePath(call)}/sobjects/${object.name}`;
  return { rowTemplate: `${base}/{ID}`, describe: `${base}/describe`, sobject: base };
}

function descriptionUrls(call: ApiCall, object: ObjectSchema): Readonly<Record<string, string>> {
  const base = `${basePath(call)}/sobjects/${object.name}`;
  const ui = call.org.instanceUrl;
  const hasViews = object.kind === 'standard' && !WITHOUT_LIST_VIEWS.has(object.name);
  const hasDefaults = hasViews && Number(call.version) < NEW_KEYS_SINCE;
  return {
    compactLayouts: `${base}/describe/compactLayouts`,
    rowTemplate: `${base}/{ID}`,
    ...(hasViews ? { approvalLayouts: `${base}/describe/approvalLayouts` } : {}),
    uiDetailTemplate: `${ui}/{ID}`,
    uiEditTemplate: `${ui}/{ID}/e`,
    ...(hasDefaults ? { defaultValues: `${base}/defaultValues?recordTypeId&fields` } : {}),
    ...(hasViews ? { listviews: `${base}/listviews` } : {}),
    describe: `${base}/describe`,
    uiNewRecord: `${ui}/${object.keyPrefix}/e`,
    quickActions: `${base}/quickActions`,
    layouts: `${base}/describe/layouts`,
    sobject: base,
  };
}

function cacheHeaders(org: ApiOrg): Record<string, string> {
  return {
    etag: `"${org.schema.version.toString(16).padStart(8, '0')}"`,
    'last-modified': new Date(org.deployedAtMs()).toUTCString(),
  };
}

/** By `If-None-Match` or `If-Modified-Since`. */
function isUnchanged(call: ApiCall): boolean {
  const { org, headers } = call;
  const etag = headers['if-none-match'];
  if (etag !== undefined) return etag.replace(/--gzip"$/, '"') === cacheHeaders(org)['etag'];
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Math.floor(org.deployedAtMs() / 1000) * 1000 <= since;
}
