import type { FieldSchema, FieldType, FieldValue, PicklistValue } from './schema.ts';

/** What may be said of a field beyond its name, label and type; everything else follows from the type. */
export type FieldOptions = Partial<Omit<FieldSchema, 'name' | 'label' | 'type'>>;

const ungroupable: ReadonlySet<FieldType> = new Set([
  'double',
  'currency',
  'percent',
  'datetime',
  'combobox',
  'address',
  'multipicklist',
  'encryptedstring',
  'base64',
  'time',
]);
const unsortable: ReadonlySet<FieldType> = new Set([
  'address',
  'multipicklist',
  'encryptedstring',
  'base64',
]);
/** Text areas beyond this length can be neither filtered, sorted nor grouped. */
const longTextLength = 255;

export function field(
  name: string,
  label: string,
  type: FieldType,
  options: FieldOptions = {},
): FieldSchema {
  const longText = type === 'textarea' && (options.length ?? 0) > longTextLength;
  const boolean = type === 'boolean';
  return {
    name,
    label,
    type,
    length: 0,
    precision: 0,
    scale: 0,
    nillable: !boolean,
    createable: true,
    updateable: true,
    custom: false,
    unique: false,
    externalId: false,
    idLookup: false,
    caseSensitive: false,
    defaultedOnCreate: boolean,
    ...(boolean ? { defaultValue: false } : {}),
    nameField: false,
    referenceTo: [],
    cascadeDelete: false,
    picklistValues: [],
    restrictedPicklist: false,
    filterable: !longText && type !== 'encryptedstring' && type !== 'base64',
    sortable: !longText && !unsortable.has(type),
    groupable: !longText && !ungroupable.has(type),
    ...options,
  };
}

export const required = { nillable: false } as const satisfies FieldOptions;
/** The platform writes it; callers never do. */
export const readOnly = { createable: false, updateable: false } as const satisfies FieldOptions;
export const createOnly = { updateable: false } as const satisfies FieldOptions;
const system = {
  ...readOnly,
  nillable: false,
  defaultedOnCreate: true,
} as const satisfies FieldOptions;

export function text(
  name: string,
  label: string,
  length: number,
  options: FieldOptions = {},
): FieldSchema {
  return field(name, label, 'string', { length, ...options });
}

export function textArea(
  name: string,
  label: string,
  length: number,
  options: FieldOptions = {},
): FieldSchema {
  return field(name, label, 'textarea', { length, ...options });
}

/** Bytes; stored as base64 text. */
export function binary(name: string, label: string, options: FieldOptions = {}): FieldSchema {
  return field(name, label, 'base64', options);
}

export function phone(name: string, label: string, options: FieldOptions = {}): FieldSchema {
  return field(name, label, 'phone', { length: 40, ...options });
}

export function email(
  name: string,
  label: string,
  length: number,
  options: FieldOptions = {},
): FieldSchema {
  return field(name, label, 'email', { length, ...options });
}

export function url(
  name: string,
  label: string,
  length: number,
  options: FieldOptions = {},
): FieldSchema {
  return field(name, label, 'url', { length, ...options });
}

export function checkbox(name: string, label: string, options: FieldOptions = {}): FieldSchema {
  return field(name, label, 'boolean', options);
}

/** @param digits how many digits the number may have; describe calls report it as `digits` */
export function integer(
  name: string,
  label: string,
  digits: number,
  options: FieldOptions = {},
): FieldSchema {
  return field(name, label, 'int', { precision: digits, ...options });
}

export function decimal(
  name: string,
  label: string,
  type: 'double' | 'currency' | 'percent',
  size: readonly [precision: number, scale: number],
  options: FieldOptions = {},
): FieldSchema {
  return field(name, label, type, { precision: size[0], scale: size[1], ...options });
}

export function date(name: string, label: string, options: FieldOptions = {}): FieldSchema {
  return field(name, label, 'date', options);
}

export function dateTime(name: string, label: string, options: FieldOptions = {}): FieldSchema {
  return field(name, label, 'datetime', options);
}

/** A structure, kept as JSON: queries answer it whole and can neither filter nor sort by it. */
export function complexValue(name: string, label: string): FieldSchema {
  return field(name, label, 'complexvalue', {
    ...readOnly,
    filterable: false,
    sortable: false,
    groupable: false,
  });
}

/** Picklist values whose labels equal them; `defaultValue` marks the one a new record gets. */
export function values(names: readonly string[], defaultValue?: string): readonly PicklistValue[] {
  return names.map((value) => ({
    value,
    label: value,
    active: true,
    defaultValue: value === defaultValue,
  }));
}

export function picklist(
  name: string,
  label: string,
  names: readonly string[],
  options: FieldOptions & { default?: string } = {},
): FieldSchema {
  const { default: defaultValue, ...rest } = options;
  const fallback: { defaultValue?: FieldValue; defaultedOnCreate?: boolean } =
    defaultValue === undefined ? {} : { defaultValue, defaultedOnCreate: true };
  return field(name, label, 'picklist', {
    length: 255,
    picklistValues: values(names, defaultValue),
    ...fallback,
    ...rest,
  });
}

/**
 * @param referenceTo one object name, or several for a polymorphic look-up
 * @param options `children` names the relationship on the parent (`Contacts`)
 */
export function lookup(
  name: string,
  label: string,
  referenceTo: string | readonly string[],
  options: FieldOptions & { children?: string } = {},
): FieldSchema {
  const { children, ...rest } = options;
  return field(name, label, 'reference', {
    length: 18,
    referenceTo: typeof referenceTo === 'string' ? [referenceTo] : referenceTo,
    relationshipName: name.replace(/Id$/, ''),
    ...(children === undefined ? {} : { childRelationshipName: children }),
    ...rest,
  });
}

export function idField(label: string): FieldSchema {
  return field('Id', label, 'id', { ...system, length: 18, idLookup: true });
}

export const isDeleted = checkbox('IsDeleted', 'Deleted', readOnly);

export function masterRecord(object: string): FieldSchema {
  return lookup('MasterRecordId', 'Master Record ID', object, readOnly);
}

export function owner(referenceTo: string | readonly string[], label = 'Owner ID'): FieldSchema {
  return lookup('OwnerId', label, referenceTo, { nillable: false, defaultedOnCreate: true });
}

export const createdFields: readonly FieldSchema[] = [
  dateTime('CreatedDate', 'Created Date', system),
  lookup('CreatedById', 'Created By ID', 'User', system),
];

export const systemModstamp = dateTime('SystemModstamp', 'System Modstamp', system);

export const modifiedFields: readonly FieldSchema[] = [
  dateTime('LastModifiedDate', 'Last Modified Date', system),
  lookup('LastModifiedById', 'Last Modified By ID', 'User', system),
  systemModstamp,
];

/** CreatedDate, CreatedById, LastModifiedDate, LastModifiedById, SystemModstamp, in describe order. */
export const auditFields: readonly FieldSchema[] = [...createdFields, ...modifiedFields];

export const lastActivityDate = date('LastActivityDate', 'Last Activity', readOnly);

export const viewedFields: readonly FieldSchema[] = [
  dateTime('LastViewedDate', 'Last Viewed Date', readOnly),
  dateTime('LastReferencedDate', 'Last Referenced Date', readOnly),
];

const geocodeAccuracies = [
  'Address',
  'NearAddress',
  'Block',
  'Street',
  'ExtendedZip',
  'Zip',
  'Neighborhood',
  'City',
  'County',
  'State',
  'Unknown',
];

/**
 * The parts of a compound address and the compound itself, e.g. `MailingStreet` … `MailingAddress`.
 * @param prefix `Billing`, `Mailing` …; empty for Lead, User and Organization
 */
export function addressFields(prefix: string): FieldSchema[] {
  const part = { compoundFieldName: `${prefix}Address` };
  const label = (words: string) => (prefix ? `${prefix} ${words}` : words);
  return [
    textArea(`${prefix}Street`, label('Street'), 255, part),
    text(`${prefix}City`, label('City'), 40, part),
    text(`${prefix}State`, label('State/Province'), 80, part),
    text(`${prefix}PostalCode`, label('Zip/Postal Code'), 20, part),
    text(`${prefix}Country`, label('Country'), 80, part),
    decimal(`${prefix}Latitude`, label('Latitude'), 'double', [18, 15], part),
    decimal(`${prefix}Longitude`, label('Longitude'), 'double', [18, 15], part),
    picklist(`${prefix}GeocodeAccuracy`, label('Geocode Accuracy'), geocodeAccuracies, {
      length: 40,
      restrictedPicklist: true,
      ...part,
    }),
    field(`${prefix}Address`, label('Address'), 'address', readOnly),
  ];
}

/** LastName, FirstName, Salutation and the composed, read-only Name of a person. */
export function personNameFields(options: {
  lastName: FieldOptions;
  salutation: boolean;
}): FieldSchema[] {
  const part = { compoundFieldName: 'Name' };
  const salutations = ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.'];
  return [
    text('LastName', 'Last Name', 80, { ...part, ...options.lastName }),
    text('FirstName', 'First Name', 40, part),
    ...(options.salutation
      ? [picklist('Salutation', 'Salutation', salutations, { length: 40, ...part })]
      : []),
    text('Name', 'Full Name', 121, { ...readOnly, nillable: false, nameField: true }),
  ];
}
