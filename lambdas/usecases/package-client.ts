import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';

/**
 * The package's own objects in an org, under the names that the source gives them: `Mixmax_Settings__c`, `Token__c`. In an
 * org where a package with a namespace is installed, all of them have it in front.
 */
export interface PackageClient {
  /** Whether the Sync User sees the object. Costs one call. */
  sees(object: string): Promise<boolean>;
  /** @param where a SOQL condition on standard fields, without `WHERE` */
  rows(object: string, fields: readonly string[], where?: string): Promise<readonly ReadRecord[]>;
  create(object: string, fields: Fields): Promise<RecordId>;
  update(object: string, id: RecordId, fields: Fields): Promise<void>;
  upsert(object: string, externalIdField: string, rows: readonly Fields[]): Promise<void>;
  publish(event: string, fields: Fields): Promise<void>;
}

const CUSTOM_NAME = /__(?:c|e)$/;

/** @param namespace absent for a package without one, and for deployed source */
export function packageClient(
  salesforce: Salesforce,
  { packageNamespace }: { readonly packageNamespace?: string },
): PackageClient {
  const prefix = packageNamespace === undefined ? '' : `${packageNamespace}__`;
  const named = (name: string) => (CUSTOM_NAME.test(name) ? prefix + name : name);
  const bare = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  const outward = (fields: Fields) => renamed(fields, named);

  return {
    sees: async (object) =>
      (await salesforce.describe(named(object), { fresh: true })) !== undefined,
    async rows(object, fields, where) {
      const select = ['Id', ...fields.map(named)].join(', ');
      const filter = where === undefined ? '' : ` WHERE ${where}`;
      const found: ReadRecord[] = [];
      const soql = `SELECT ${select} FROM ${named(object)}${filter}`;
      for await (const { records } of salesforce.query(soql)) found.push(...records);
      return found.map((row) => ({ ...row, fields: renamed(row.fields, bare) }));
    },
    create: (object, fields) => salesforce.create(named(object), outward(fields)),
    update: (object, id, fields) => salesforce.update(named(object), id, outward(fields)),
    upsert: (object, externalIdField, rows) =>
      salesforce.upsert(named(object), named(externalIdField), rows.map(outward)),
    publish: (event, fields) => salesforce.publish(named(event), outward(fields)),
  };
}

/** @throws AppError conflict for an org that an admin chose to install nothing in */
export function requirePackage({ pollOnly }: OrgState): void {
  if (!pollOnly) return;
  throw new AppError(
    'conflict',
    'Nothing is installed in this org, by choice: connect it with the package first.',
  );
}

function renamed(fields: Fields, rename: (name: string) => string): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [rename(name), value]));
}
