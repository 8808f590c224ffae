import type { SaveResult } from '../../engine.ts';
import { OrgError } from '../../errors.ts';
import { toId18 } from '../../schema/ids.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import type { ApiCall } from '../api-call.ts';
import type { RowError } from '../api-errors.ts';
import type { ApiOrg } from '../api-org.ts';
import type { ApiResult } from '../http.ts';
import {
  isElement,
  listOf,
  type SoapElement,
  type SoapRequest,
  textOf,
  xmlElement,
} from './envelope.ts';
import { answerSoap, unknownOperation } from './soap-service.ts';

const NAMESPACE = 'urn:partner.soap.sforce.com';
/** A merge takes one winner and at most two losers. */
const MOST_LOSERS = 2;
const MOST_RECORDS = 200;

/**
 * `POST /services/Soap/u/{version}[/{orgId}]`: what REST has no resource for: `merge`, `convertLead`, `undelete`,
 * `emptyRecycleBin`.
 */
export function postPartnerSoap(call: ApiCall): Promise<ApiResult> {
  return answerSoap(call, NAMESPACE, ({ org }, request, { userId }) =>
    runOperation(org, request, userId),
  );
}

function runOperation(org: ApiOrg, { operation, input }: SoapRequest, userId: string): string[] {
  switch (operation) {
    case 'merge':
      return elements(input, 'request').map((request) => mergeOne(org, request, userId));
    case 'convertLead':
      return elements(input, 'leadConverts').map((convert) => convertLead(org, convert, userId));
    case 'undelete':
      return undelete(org, elements(input, 'ids'), userId);
    case 'emptyRecycleBin':
      return emptyRecycleBin(org, elements(input, 'ids'));
    default:
      throw unknownOperation(operation);
  }
}

/** The operation's one kind of element. @throws OrgError for others, and for too many */
function elements(input: SoapElement, name: string): readonly (string | SoapElement)[] {
  const stranger = Object.keys(input).find((key) => key !== name);
  if (stranger !== undefined) {
    throw new OrgError('UNKNOWN_EXCEPTION', `Element ${stranger} invalid at this location`);
  }
  const found = listOf(input[name]);
  if (found.length > MOST_RECORDS) {
    throw new OrgError('EXCEEDED_ID_LIMIT', `record limit reached: ${MOST_RECORDS} a call`);
  }
  return found;
}

function mergeOne(org: ApiOrg, request: string | SoapElement, userId: string): string {
  const { object, winner, loserIds } = readMerge(org, request);
  const result = org.engine.merge(object.name, winner, loserIds, userId);
  if (!result.success) return resultXml(result);
  const merged = loserIds.map((id) => xmlElement('mergedRecordIds', id)).join('');
  return `<result>${xmlElement('id', result.id)}${merged}${xmlElement('success', 'true')}</result>`;
}

interface Merge {
  readonly object: ObjectSchema;
  readonly winner: ReturnType<ApiOrg['store']['coerce']>;
  /** 18 characters. */
  readonly loserIds: readonly string[];
}

function readMerge(org: ApiOrg, request: string | SoapElement): Merge {
  const master = isElement(request) ? request['masterRecord'] : undefined;
  if (!isElement(request) || !isElement(master)) {
    throw new OrgError('INVALID_FIELD', 'merge needs a masterRecord');
  }
  const losers = listOf(request['recordToMergeIds']);
  if (losers.length === 0 || losers.length > MOST_LOSERS) {
    throw new OrgError('INVALID_FIELD', `merge takes 1 to ${MOST_LOSERS} records to merge`);
  }
  const { type, Id, fieldsToNull, ...fields } = master;
  const object = org.schema.require(textOf(type) ?? '');
  const nulls = listOf(fieldsToNull).map((name) => [name, null]);
  const winner = org.store.coerce(object.name, {
    ...plainFields(fields),
    ...Object.fromEntries(nulls),
    Id: requireId(textOf(Id)),
  });
  return { object, winner, loserIds: losers.map(requireId) };
}

/** Field elements as texts; attributes say only of which XML type they are. */
function plainFields(elements: SoapElement): Readonly<Record<string, string | null>> {
  const entries = Object.entries(elements)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, value]) => [name, textOf(value) ?? null]);
  return Object.fromEntries(entries);
}

function requireId(value: unknown): string {
  const id = typeof value === 'string' ? toId18(value) : undefined;
  if (id === undefined) throw new OrgError('MALFORMED_ID', 'malformed id');
  return id;
}

function convertLead(org: ApiOrg, convert: string | SoapElement, userId: string): string {
  if (!isElement(convert)) throw new OrgError('INVALID_FIELD', 'convertLead needs a lead');
  const id = (name: string): string | undefined => optionalId(textOf(convert[name]));
  const outcome = org.engine.convertLead(
    {
      leadId: requireId(textOf(convert['leadId'])),
      convertedStatus: textOf(convert['convertedStatus']) ?? '',
      ...given('accountId', id('accountId')),
      ...given('contactId', id('contactId')),
      ...given('ownerId', id('ownerId')),
      ...given('opportunityName', textOf(convert['opportunityName'])),
      doNotCreateOpportunity: textOf(convert['doNotCreateOpportunity']) === 'true',
    },
    userId,
  );
  const ids = (['accountId', 'contactId', 'leadId', 'opportunityId'] as const)
    .map((name) => (outcome[name] === null ? '' : xmlElement(name, outcome[name])))
    .join('');
  const success = xmlElement('success', String(outcome.errors.length === 0));
  return `<result>${ids}${errorsXml(outcome.errors)}${success}</result>`;
}

function given<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<K, string>>);
}

function optionalId(text: string | undefined): string | undefined {
  return text === undefined ? undefined : requireId(text);
}

type Elements = readonly (string | SoapElement)[];

function undelete(org: ApiOrg, ids: Elements, userId: string): string[] {
  const records = ids.map((element) => {
    const id = requireId(element);
    const object = org.schema.byKeyPrefix(id.slice(0, 3));
    if (object === undefined) throw new OrgError('MALFORMED_ID', 'malformed id');
    return { object: object.name, input: { Id: id } };
  });
  return org.engine
    .save({ operation: 'undelete', records, allOrNone: false, userId, source: 'rest' })
    .map(resultXml);
}

function emptyRecycleBin(org: ApiOrg, ids: Elements): string[] {
  return ids.map((element) => {
    const id = requireId(element);
    const object = org.schema.byKeyPrefix(id.slice(0, 3));
    if (object === undefined || org.store.read(object.name, id)?.['IsDeleted'] !== true) {
      const error = { code: 'INVALID_ID_FIELD', message: 'not in the recycle bin', fields: [] };
      return resultXml({ success: false, id, errors: [error] });
    }
    org.store.purge(object.name, [id]);
    return resultXml({ success: true, id, created: false, object: object.name });
  });
}

function resultXml(result: SaveResult): string {
  const id = result.id === undefined ? '' : xmlElement('id', result.id);
  if (result.success) return `<result>${id}${xmlElement('success', 'true')}</result>`;
  return `<result>${errorsXml(result.errors)}${id}${xmlElement('success', 'false')}</result>`;
}

function errorsXml(errors: readonly RowError[]): string {
  return errors
    .map(
      ({ code, message, fields }) =>
        `<errors>${fields.map((field) => xmlElement('fields', field)).join('')}` +
        `${xmlElement('message', message)}${xmlElement('statusCode', code)}</errors>`,
    )
    .join('');
}
