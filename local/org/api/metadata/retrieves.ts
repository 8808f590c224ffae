import type { SourceFile } from '../../apex/program.ts';
import { buildId } from '../../schema/ids.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import { zip } from '../../zip-writer.ts';
import { notFound } from '../api-errors.ts';
import {
  type ArchivedComponent,
  archiveOfSource,
  isDescription,
  packageXml,
} from './archive-of-source.ts';
import { componentName } from './deploy-json.ts';

/** What a client wants back, as a manifest says it: `*` stands for every component of the type. */
interface RetrieveRequest {
  readonly types: readonly { readonly name: string; readonly members: readonly string[] }[];
  /** `66.0` */
  readonly version: string;
  /** Files lie at the top of the archive, not in a folder `unpackaged`. */
  readonly singlePackage: boolean;
}

/** A finished retrieve. */
export interface Retrieve {
  /** 18 characters, prefix 09S. */
  readonly id: string;
  readonly components: readonly ArchivedComponent[];
  /** What was asked for and is not there: no error. */
  readonly problems: readonly string[];
  /** Base64; null once it was fetched. */
  readonly zipFile: string | null;
}

export interface Retrieves {
  start(request: RetrieveRequest): Retrieve;
  /**
   * @param takesZip whether the archive goes with the answer; it is kept until then
   * @throws OrgError NOT_FOUND
   */
  find(id: string, takesZip: boolean): Retrieve;
}

export interface RetrievesDeps {
  readonly documents: DocumentStore;
  /** The org's source as it is now. */
  readonly files: () => readonly SourceFile[];
}

const COLLECTION = 'retrieves';
const MANIFEST = 'package.xml';

/** Retrieves by the Metadata API: what was deployed, in the metadata format. */
export function createRetrieves({ documents, files }: RetrievesDeps): Retrieves {
  return {
    start(request) {
      const retrieve = {
        id: buildId('09S', 'Dp0', documents.next(COLLECTION)),
        ...carryOut(request, files()),
      };
      documents.put(COLLECTION, retrieve.id, retrieve);
      return retrieve;
    },
    find(id, takesZip) {
      const retrieve = documents.get(COLLECTION, id) as Retrieve | undefined;
      if (retrieve === undefined) throw notFound();
      if (takesZip) documents.put(COLLECTION, id, { ...retrieve, zipFile: null });
      return takesZip ? retrieve : { ...retrieve, zipFile: null };
    },
  };
}

function carryOut(
  { types, version, singlePackage }: RetrieveRequest,
  sources: readonly SourceFile[],
): Omit<Retrieve, 'id'> {
  const wanted = new Set<SourceFile>();
  const problems: string[] = [];
  for (const { name, members } of types) {
    for (const member of members) {
      const found = sources.filter(({ path }) => isPartOf(path, name, member));
      for (const source of found) wanted.add(source);
      if (found.length > 0 || member === '*') continue;
      problems.push(`Entity of type '${name}' named '${member}' cannot be found`);
    }
  }
  const root = singlePackage ? '' : 'unpackaged/';
  const archive = archiveOfSource(sources.filter((source) => wanted.has(source)));
  const components = archive.components.map((one) => ({
    ...one,
    fileName: `${root}${one.fileName}`,
  }));
  const manifest = Buffer.from(packageXml(components, version));
  const entries = [...archive.files, { path: MANIFEST, bytes: manifest }];
  const zipped = zip(entries.map(({ path, bytes }) => ({ path: `${root}${path}`, bytes })));
  return { components, problems, zipFile: zipped.toString('base64') };
}

/** An object takes all of its parts along; `*` means objects of one's own, not the standard ones. */
function isPartOf(path: string, type: string, member: string): boolean {
  if (type === 'CustomObject') {
    const object = /^objects\/([^/]+)\//.exec(path)?.[1];
    return object !== undefined && (member === '*' ? /__\w+$/.test(object) : object === member);
  }
  const described = isDescription(path) ? path.replace(/-meta\.xml$/, '') : path;
  const { componentType, fullName } = componentName(described);
  return componentType === type && (member === '*' || fullName === member);
}
