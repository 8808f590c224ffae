import { consumersOf } from '#core/field-changes.ts';
import { formulaInputs, isIdentityField, isListable } from '#core/field-sets.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { DescribedObject } from '#ports/salesforce.ts';

interface CatalogueField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  /** The mirror holds it. */
  readonly held: boolean;
  /** Listed by itself while Sync Conditions are on: records are told apart and found by it. */
  readonly identity: boolean;
  /** Sync Conditions may list it, or, of a formula, its inputs. */
  readonly listable: boolean;
  /** Who declared to read it. */
  readonly requiredBy: string[];
  /** Of a formula: the fields of the same object that it reads, to be synced in its place. */
  readonly inputs?: string[];
}

export interface CatalogueObject {
  readonly fields: CatalogueField[];
  /** Mirrored once, no longer in the org or no longer readable. */
  readonly retired: string[];
}

/** Every field of the mirrored objects that the Sync User can read (R13). Costs up to one call an object. */
export async function fieldCatalogue(
  ports: Pick<Ports, 'salesforce'>,
  org: OrgState,
): Promise<Record<string, CatalogueObject>> {
  const salesforce = await ports.salesforce.forOrg(org);
  const objects = await Promise.all(
    Object.keys(org.objects).map(async (object) => {
      const described = await salesforce.describe(object);
      return [object, catalogueOf(org, object, described)] as const;
    }),
  );
  return Object.fromEntries(objects);
}

function catalogueOf(
  org: OrgState,
  object: string,
  described: DescribedObject | undefined,
): CatalogueObject {
  const held = new Set(org.objects[object]?.fieldSet.fields);
  const consumers = consumersOf(org, object);
  const all = described?.fields ?? [];
  const fields = all.map((field) => {
    const { name, label, type, calculated, calculatedFormula } = field;
    return {
      name,
      label,
      type,
      held: held.has(name),
      identity: isIdentityField(field),
      listable: isListable(field),
      requiredBy: [...(consumers.get(name.toLowerCase()) ?? [])],
      ...(calculated && { inputs: [...formulaInputs(calculatedFormula ?? '', all)] }),
    };
  });
  return { fields, retired: [...(org.retiredFields?.[object] ?? [])] };
}
