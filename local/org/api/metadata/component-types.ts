import { OrgError } from '../../errors.ts';
import { isElement, listOf, type SoapElement, textOf, xmlElement } from '../soap/envelope.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

interface ComponentType {
  readonly name: string;
  /** What describe and list calls say instead. */
  readonly describedAs?: string;
  readonly folder: string;
  readonly suffix: string;
  /** Where the component lies in the source; names were checked. */
  path(fullName: string): string;
  /** What its file holds as full name, if it holds one. */
  fullNameInFile?(fullName: string): string;
}

function flat(name: string, folder: string, suffix: string): ComponentType {
  return {
    name,
    folder,
    suffix,
    path: (fullName) => `${folder}/${fullName}.${suffix}-meta.xml`,
  };
}

/** Types that can be read and written one by one. */
const TYPES: readonly ComponentType[] = [
  flat('RemoteSiteSetting', 'remoteSiteSettings', 'remoteSite'),
  flat('PermissionSet', 'permissionsets', 'permissionset'),
  flat(
    'PlatformEventSubscriberConfig',
    'PlatformEventSubscriberConfigs',
    'platformEventSubscriberConfig',
  ),
  { ...flat('ActivitiesSettings', 'settings', 'settings'), describedAs: 'Settings' },
  {
    name: 'CustomObject',
    folder: 'objects',
    suffix: 'object',
    path: (fullName) => `objects/${fullName}/${fullName}.object-meta.xml`,
  },
  {
    name: 'CustomField',
    folder: 'objects',
    suffix: 'field',
    path(fullName) {
      const [object, field] = splitFieldName(fullName);
      return `objects/${object}/fields/${field}.field-meta.xml`;
    },
    fullNameInFile: (fullName) => splitFieldName(fullName)[1],
  },
];

export const COMPONENT_TYPES: ReadonlyMap<string, ComponentType> = new Map(
  TYPES.map((type) => [type.name, type]),
);

/** @throws OrgError INVALID_TYPE naming what this org can write one by one */
export function requireType(name: string | undefined): ComponentType {
  const type = COMPONENT_TYPES.get(name ?? '');
  if (type !== undefined) return type;
  const known = [...COMPONENT_TYPES.keys()].join(', ');
  throw new OrgError('INVALID_TYPE', `Unknown metadata type ${name ?? ''}: known are ${known}.`);
}

/** @throws OrgError INVALID_FULL_NAME, also for names that would leave the component's folder */
export function requireFullName(value: string | undefined): string {
  if (value !== undefined && /^\w+(\.\w+)?$/.test(value)) return value;
  throw new OrgError('INVALID_FULL_NAME', 'A component needs a fullName of letters and digits.');
}

function splitFieldName(fullName: string): [string, string] {
  const [object = '', field] = fullName.split('.');
  if (field === undefined) {
    throw new OrgError('INVALID_FULL_NAME', `${fullName}: a field is named Object.Field.`);
  }
  return [object, field];
}

/** A component as it came in a call, as the text of its source file. */
export function componentFile(
  type: ComponentType,
  element: SoapElement,
): { path: string; text: string } {
  const fullName = requireFullName(textOf(element['fullName']));
  const nameInFile = type.fullNameInFile?.(fullName);
  const { fullName: _fullName, ...rest } = element;
  const own = nameInFile === undefined ? '' : xmlElement('fullName', nameInFile);
  const inner = own + innerXml(rest);
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${type.name} xmlns="${NAMESPACE}">${inner}</${type.name}>\n`;
  return { path: type.path(fullName), text };
}

/** Attributes were only needed to tell the type. */
function innerXml(element: SoapElement): string {
  return Object.entries(element)
    .filter(([name]) => !name.startsWith('@') && name !== '#text')
    .flatMap(([name, value]) => listOf(value).map((item) => nodeXml(name, item)))
    .join('');
}

function nodeXml(name: string, value: string | SoapElement): string {
  if (!isElement(value)) return xmlElement(name, value);
  const text = textOf(value['#text']);
  return text === undefined ? `<${name}>${innerXml(value)}</${name}>` : xmlElement(name, text);
}
