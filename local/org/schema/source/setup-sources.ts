import type {
  CachePartitionSource,
  CustomPermissionSource,
  PermissionSetSource,
  StaticResourceSource,
} from '../metadata.ts';
import type { ValidationRule } from '../schema.ts';
import { type Element, parseMetadata, SourceProblem } from './element.ts';

interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** What is wrong with one file. */
interface FileProblem {
  readonly file: string;
  readonly message: string;
}

type ResourceHead = Omit<StaticResourceSource, 'body'>;

/** Custom permissions, cache partitions and static resources of a source. */
export class SetupSources {
  readonly customPermissions: CustomPermissionSource[] = [];
  readonly cachePartitions: CachePartitionSource[] = [];
  /** By the file that describes them. */
  readonly #heads = new Map<string, ResourceHead>();
  /** Base64 by the resource's name. */
  readonly #bodies = new Map<string, string>();

  /** False when the file is none of these. @throws SourceProblem */
  read({ path, text }: SourceText): boolean {
    const [, resource] = /^staticresources\/(\w+)\.(?!.*-meta\.xml$)/.exec(path) ?? [];
    if (resource !== undefined) {
      this.#bodies.set(resource, text);
      return true;
    }
    const [, name = '', suffix] = /([^/\\]+)\.(\w+)-meta\.xml$/.exec(path) ?? [];
    switch (suffix) {
      case 'customPermission':
        this.customPermissions.push(readPermission(parseMetadata(text, 'CustomPermission'), name));
        return true;
      case 'cachePartition':
        this.cachePartitions.push(
          readPartition(parseMetadata(text, 'PlatformCachePartition'), name),
        );
        return true;
      case 'resource':
        this.#heads.set(path, readHead(parseMetadata(text, 'StaticResource'), name));
        return true;
      default:
        return false;
    }
  }

  get staticResources(): StaticResourceSource[] {
    return [...this.#heads.values()].map((head) => ({
      ...head,
      body: this.#bodies.get(head.name) ?? '',
    }));
  }

  problems(): FileProblem[] {
    const bare = [...this.#heads].filter(([, { name }]) => !this.#bodies.has(name));
    const further = this.cachePartitions.filter(({ isDefault }) => isDefault).slice(1);
    return [
      ...bare.map(([file, { name }]) => ({ file, message: `the content of ${name} is missing` })),
      ...further.map(({ name }) => ({
        file: `cachePartitions/${name}.cachePartition-meta.xml`,
        message: 'there is another default partition',
      })),
    ];
  }

  /** @throws SourceProblem naming a custom permission that is not there */
  checkRule({ condition }: ValidationRule): void {
    const named = [...condition.matchAll(/\$Permission\.(\w+)/gi)].map(([, name = '']) => name);
    const unknown = named.find((name) => !this.#isPermission(name));
    if (unknown !== undefined) {
      throw new SourceProblem(`Field $Permission.${unknown} does not exist. Check spelling.`);
    }
  }

  /** @throws SourceProblem naming a custom permission that is not there */
  checkPermissionSet({ customPermissions }: PermissionSetSource): void {
    const unknown = customPermissions.find((name) => !this.#isPermission(name));
    if (unknown !== undefined) {
      throw new SourceProblem(`no CustomPermission named ${unknown} found`);
    }
  }

  #isPermission(wanted: string): boolean {
    return this.customPermissions.some(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  }
}

const permissionParts: ReadonlySet<string> = new Set([
  'description',
  'fullName',
  'isLicensed',
  'isProtected',
  'label',
]);
const noPermissionParts: ReadonlySet<string> = new Set(['connectedApp', 'requiredPermission']);

function readPermission(element: Element, name: string): CustomPermissionSource {
  element.allow(permissionParts, noPermissionParts);
  return { name, label: element.require('label'), description: element.value('description') };
}

const partitionParts: ReadonlySet<string> = new Set([
  'description',
  'fullName',
  'isDefaultPartition',
  'masterLabel',
  'namespace',
  'platformCachePartitionTypes',
]);
const capacities: readonly string[] = [
  'allocatedCapacity',
  'allocatedPurchasedCapacity',
  'allocatedPartnerCapacity',
  'allocatedTrialCapacity',
];

function readPartition(element: Element, name: string): CachePartitionSource {
  element.allow(partitionParts);
  const types = element.children('platformCachePartitionTypes');
  const megabytes = (cacheType: string) =>
    types
      .filter((type) => type.require('cacheType') === cacheType)
      .flatMap((type) => capacities.map((capacity) => type.number(capacity) ?? 0))
      .reduce((sum, one) => sum + one, 0);
  return {
    name,
    isDefault: element.flag('isDefaultPartition'),
    megabytes: { organization: megabytes('Organization'), session: megabytes('Session') },
  };
}

const resourceParts: ReadonlySet<string> = new Set([
  'cacheControl',
  'contentType',
  'description',
  'fullName',
]);

function readHead(element: Element, name: string): ResourceHead {
  element.allow(resourceParts);
  return {
    name,
    contentType: element.require('contentType'),
    cacheControl: element.value('cacheControl') ?? 'Private',
    description: element.value('description'),
  };
}
