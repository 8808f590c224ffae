import type { FieldSchema, ObjectSchema } from '../../schema/schema.ts';
import { type ApiCall, dataPath, param } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import { type ApiResult, json } from '../http.ts';
import { requireObject } from './describe.ts';
import { describeField } from './describe-field.ts';
import { MASTER_RECORD_TYPE_ID, recordTypeInfos } from './record-types.ts';

/**
 * Page layouts as Salesforce makes them for an object nobody has arranged: one section with every field, in the order of
 * the describe call, the same for each record type. Deployed layouts are not read.
 */

const COLUMNS = 2;

/** `GET /sobjects/{object}/describe/layouts`. */
export function getLayouts(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const types = recordTypeInfos(call, object);
  const picklistsForRecordType = picklists(object);
  return json(200, {
    layouts: [layoutOf(object)],
    recordTypeMappings: types.map(({ master, name, recordTypeId, urls, ...type }) => ({
      ...type,
      layoutId: null,
      master,
      name,
      picklistsForRecordType,
      recordTypeId,
      urls,
    })),
    recordTypeSelectorRequired: [types.length > 1],
  });
}

/** `GET /sobjects/{object}/describe/layouts/{recordTypeId}`. */
export function getLayout(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const id = param(call, 'recordTypeId');
  const types = recordTypeInfos(call, object);
  const known = types.some(({ recordTypeId }) =>
    [recordTypeId, recordTypeId.slice(0, 15)].includes(id),
  );
  if (!known) throw notFound();
  return json(200, layoutOf(object));
}

/** `GET /sobjects/{object}/describe/compactLayouts`: the system's own. */
export function getCompactLayouts(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const names = [...object.fields.values()].filter((field) => field.nameField);
  return json(200, {
    compactLayouts: [
      {
        actions: [],
        fieldItems: names.map((field) => item(field)),
        id: null,
        imageItems: [],
        label: 'System Default',
        name: 'SYSTEM',
        objectType: object.name,
      },
    ],
    defaultCompactLayoutId: null,
    recordTypeCompactLayoutMappings: [
      {
        available: true,
        compactLayoutId: null,
        compactLayoutName: 'SYSTEM',
        recordTypeId: MASTER_RECORD_TYPE_ID,
        recordTypeName: 'Master',
        urls: {},
      },
    ],
    urls: { primary: `${dataPath(call)}/sobjects/${object.name}/describe/compactLayouts/primary` },
  });
}

/** `GET /sobjects/{object}/describe/approvalLayouts`: an org without approval processes has none. */
export function getApprovalLayouts(call: ApiCall): ApiResult {
  requireObject(call);
  return json(200, { approvalLayouts: [] });
}

function layoutOf(object: ObjectSchema): object {
  const fields = [...object.fields.values()].filter(isOnPages);
  const readOnly = fields.filter((field) => !field.createable && !field.updateable);
  const written = fields.filter((field) => !readOnly.includes(field));
  return {
    buttonLayoutSection: null,
    detailLayoutSections: [section(object, [...written, ...readOnly])],
    editLayoutSections: [section(object, written)],
    feedView: null,
    highlightsPanelLayoutSection: null,
    id: null,
    multirowEditLayoutSections: [],
    offlineLinks: [],
    quickActionList: { quickActionListItems: [] },
    relatedContent: null,
    relatedLists: [],
    saveOptions: [],
  };
}

/** Parts of an address are shown with it; ids and the platform's stamps are not shown. */
function isOnPages({ type, compoundFieldName, name }: FieldSchema): boolean {
  return type !== 'id' && compoundFieldName === undefined && name !== 'SystemModstamp';
}

function section({ label }: ObjectSchema, fields: readonly FieldSchema[]): object {
  const rows = Array.from({ length: Math.ceil(fields.length / COLUMNS) }, (_, index) =>
    fields.slice(index * COLUMNS, (index + 1) * COLUMNS),
  );
  return {
    collapsed: false,
    columns: COLUMNS,
    heading: `${label} Information`,
    layoutRows: rows.map((row) => ({ layoutItems: row.map(item), numItems: row.length })),
    layoutSectionId: null,
    parentLayoutId: null,
    rows: rows.length,
    tabOrder: 'LeftToRight',
    useCollapsibleSection: false,
    useHeading: true,
  };
}

function item(field: FieldSchema, index = 0): object {
  return {
    editableForNew: field.createable,
    editableForUpdate: field.updateable,
    label: field.label,
    layoutComponents: [
      {
        details: describeField(field),
        displayLines: field.type === 'textarea' ? 6 : 1,
        tabOrder: index + 1,
        type: 'Field',
        value: field.name,
      },
    ],
    placeholder: false,
    required: !field.nillable && field.createable && !field.defaultedOnCreate,
  };
}

function picklists(object: ObjectSchema): object[] {
  return [...object.fields.values()]
    .filter(({ type }) => type === 'picklist' || type === 'multipicklist')
    .map(({ name, picklistValues }) => ({
      picklistName: name,
      picklistValues: picklistValues.map(({ active, defaultValue, label, value }) => ({
        active,
        defaultValue,
        label,
        validFor: null,
        value,
      })),
    }));
}
