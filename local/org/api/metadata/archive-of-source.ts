import type { SourceFile } from '../../apex/program.ts';
import { type ComponentName, componentName } from './deploy-json.ts';
import { OBJECT_PARTS } from './metadata-format.ts';
import type { ZipEntry } from './zip-reader.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

/** A component of an archive and the archive's file that holds it. */
export interface ArchivedComponent {
  readonly componentType: string;
  readonly fullName: string;
  readonly fileName: string;
}

interface Archive {
  readonly files: readonly ZipEntry[];
  readonly components: readonly ArchivedComponent[];
}

/** Source files in the metadata format, as retrieves carry it: an object with all of its parts is one file. */
export function archiveOfSource(sources: readonly SourceFile[]): Archive {
  const objects = Map.groupBy(sources, ({ path }) => /^objects\/([^/]+)\//.exec(path)?.[1]);
  const files: ZipEntry[] = [];
  const components: ArchivedComponent[] = [];
  for (const [object, parts] of objects) {
    if (object === undefined) {
      for (const part of parts) {
        const { path, bytes } = plainFile(part);
        files.push({ path, bytes });
        if (!isDescription(part.path)) components.push({ ...nameOf(part.path), fileName: path });
      }
      continue;
    }
    const fileName = `objects/${object}.object`;
    files.push({ path: fileName, bytes: Buffer.from(objectText(parts)) });
    for (const { path } of parts) components.push({ ...nameOf(path), fileName });
  }
  return { files, components };
}

/** Of code and static resources, whose description lies beside them. */
export function isDescription(path: string): boolean {
  return /\.(cls|trigger|resource)-meta\.xml$/.test(path);
}

function nameOf(path: string): Pick<ComponentName, 'componentType' | 'fullName'> {
  const { componentType, fullName } = componentName(path);
  return { componentType, fullName };
}

/** Code keeps its name, and a description of it its ending; a resource lies in the source as base64. */
function plainFile({ path, text }: SourceFile): ZipEntry {
  if (path.endsWith('.resource')) return { path, bytes: Buffer.from(text, 'base64') };
  const name = isDescription(path) ? path : path.replace(/-meta\.xml$/, '');
  return { path: name, bytes: Buffer.from(text) };
}

function objectText(parts: readonly SourceFile[]): string {
  const inner = parts.map(({ path, text }) => {
    const suffix = /\.(\w+)-meta\.xml$/.exec(path)?.[1];
    if (suffix === 'object') return innerXml(text);
    const [tag] = [...OBJECT_PARTS].find(([, part]) => part.suffix === suffix) ?? [];
    if (tag === undefined) throw new Error(`${path} is no part of an object`);
    return `<${tag}>${innerXml(text)}</${tag}>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject xmlns="${NAMESPACE}">${inner.join('\n')}</CustomObject>\n`;
}

/** What stands inside the root element of a metadata file. */
export function innerXml(text: string): string {
  const body = text.replace(/^\uFEFF?\s*<\?xml[^>]*\?>/, '').trim();
  return /^<\w+[^>]*>([\s\S]*)<\/\w+>\s*$/.exec(body)?.[1] ?? '';
}

/** The manifest of an archive. @param version `66.0` */
export function packageXml(components: readonly ArchivedComponent[], version: string): string {
  const byType = Map.groupBy(components, ({ componentType }) => componentType);
  const types = [...byType].map(([type, members]) => {
    const names = members.map(({ fullName }) => `<members>${fullName}</members>`);
    return `<types>${names.join('')}<name>${type}</name></types>`;
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<Package xmlns="${NAMESPACE}">${types.join('\n')}` +
    `<version>${version}</version></Package>\n`
  );
}
