import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import type { SourceFile } from '../../apex/program.ts';
import { OrgError } from '../../errors.ts';
import { componentPath, resourceContents } from '../../source-files.ts';
import { fromUtf8 } from '../http.ts';
import { type Removal, readRemovals } from './destructive-changes.ts';
import type { ZipEntry } from './zip-reader.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

/** Parts of an object that the source format keeps in files of their own: element → folder, suffix, root. */
export const OBJECT_PARTS: ReadonlyMap<string, { folder: string; suffix: string; root: string }> =
  new Map([
    ['fields', { folder: 'fields', suffix: 'field', root: 'CustomField' }],
    ['listViews', { folder: 'listViews', suffix: 'listView', root: 'ListView' }],
    [
      'validationRules',
      { folder: 'validationRules', suffix: 'validationRule', root: 'ValidationRule' },
    ],
    ['recordTypes', { folder: 'recordTypes', suffix: 'recordType', root: 'RecordType' }],
    [
      'compactLayouts',
      { folder: 'compactLayouts', suffix: 'compactLayout', root: 'CompactLayout' },
    ],
    ['fieldSets', { folder: 'fieldSets', suffix: 'fieldSet', root: 'FieldSet' }],
    ['webLinks', { folder: 'webLinks', suffix: 'webLink', root: 'WebLink' }],
  ]);

/** A node as the parser gives it with order kept: one tag with its children, or text. */
type XmlNode = Readonly<Record<string, readonly XmlNode[] | string>>;

const xmlOptions = { preserveOrder: true, ignoreAttributes: true, parseTagValue: false } as const;
const parser = new XMLParser({ ...xmlOptions, trimValues: true });
const builder = new XMLBuilder(xmlOptions);

/** What a deploy brings and takes. */
export interface ArchiveContent {
  readonly files: readonly SourceFile[];
  readonly removals: readonly Removal[];
}

/**
 * Turns an archive in the metadata format, as deploys carry it, into source files and names to delete.
 * @throws OrgError for files that are no UTF-8 or no XML, and for what this org cannot delete
 */
export function archiveContent(entries: readonly ZipEntry[]): ArchiveContent {
  const files: SourceFile[] = [];
  const removals: Removal[] = [];
  for (const { path, bytes } of entries) {
    if (/(^|\/)package\.xml$/.test(path)) continue;
    const component = componentPath(path);
    if (/^staticresources\/.+\.resource$/.test(component)) {
      files.push(...resourceContents([{ path: component, bytes }]));
      continue;
    }
    const text = readText(path, bytes);
    const [manifest] = /destructiveChanges(?:Pre|Post)?\.xml$/.exec(path) ?? [];
    if (manifest === undefined) files.push(...convert(path, text));
    else removals.push(...readRemovals(manifest, text));
  }
  return { files, removals };
}

function readText(path: string, bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new OrgError('INVALID_FILE', `${path} is not UTF-8.`);
  }
}

function convert(path: string, text: string): SourceFile[] {
  const component = componentPath(path);
  if (/^(classes|triggers|staticresources)\//.test(component)) return [{ path: component, text }];
  const object = /^objects\/([^/]+)\.object$/.exec(component)?.[1];
  if (object !== undefined) return splitObject(object, path, text);
  return [{ path: `${component}-meta.xml`, text }];
}

/** One `.object` file holds what the source format keeps in many. */
function splitObject(object: string, path: string, text: string): SourceFile[] {
  const files: SourceFile[] = [];
  const rest: XmlNode[] = [];
  for (const node of rootChildren(path, text)) {
    const [tag = ''] = Object.keys(node);
    const part = OBJECT_PARTS.get(tag);
    const children = node[tag];
    if (part === undefined || typeof children === 'string' || children === undefined) {
      rest.push(node);
      continue;
    }
    const name = fullNameOf(children, path);
    files.push({
      path: `objects/${object}/${part.folder}/${name}.${part.suffix}-meta.xml`,
      text: document(part.root, children),
    });
  }
  if (rest.length > 0) {
    const objectPath = `objects/${object}/${object}.object-meta.xml`;
    files.push({ path: objectPath, text: document('CustomObject', rest) });
  }
  return files;
}

function rootChildren(path: string, text: string): readonly XmlNode[] {
  if (/<!DOCTYPE/i.test(text)) throw new OrgError('INVALID_FILE', `${path}: no document types.`);
  let nodes: readonly XmlNode[];
  try {
    nodes = parser.parse(text, true) as readonly XmlNode[];
  } catch {
    throw new OrgError('INVALID_FILE', `${path} is not XML.`);
  }
  const children = nodes.map((node) => node['CustomObject']).find((one) => Array.isArray(one));
  if (children === undefined || typeof children === 'string') {
    throw new OrgError('INVALID_FILE', `${path} does not hold a CustomObject.`);
  }
  return children;
}

function fullNameOf(children: readonly XmlNode[], path: string): string {
  const element = children.find((node) => 'fullName' in node)?.['fullName'];
  const text = typeof element === 'string' ? undefined : element?.[0]?.['#text'];
  if (typeof text !== 'string' || !/^\w+$/.test(text)) {
    throw new OrgError('INVALID_FILE', `${path}: a part of the object lacks its fullName.`);
  }
  return text;
}

function document(root: string, children: readonly XmlNode[]): string {
  const inner = String(builder.build(children as XmlNode[]));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${inner}</${root}>\n`;
}
