import * as z from 'zod/mini';
import { soqlName } from '#core/soql.ts';
import type { Clock } from '#ports/clock.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import type { Rest } from './rest.ts';
import { SalesforceError } from './salesforce-error.ts';

const MAX_AGE_MS = 600_000;

const describedField = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string(),
  calculated: z.boolean(),
  calculatedFormula: z.nullish(z.string()),
  referenceTo: z.array(z.string()),
  compoundFieldName: z.nullish(z.string()),
  createable: z.optional(z.boolean()),
  nillable: z.optional(z.boolean()),
  defaultedOnCreate: z.optional(z.boolean()),
  length: z.optional(z.int()),
  picklistValues: z.optional(z.array(z.object({ value: z.string(), active: z.boolean() }))),
});

const childRelationship = z.object({
  childSObject: z.string(),
  field: z.string(),
  cascadeDelete: z.boolean(),
});

const describedObject = z.object({
  name: z.string(),
  label: z.string(),
  replicateable: z.boolean(),
  fields: z.array(describedField),
  childRelationships: z.array(childRelationship),
});

/** By object; shared by all clients of an org. */
export type KeptDescribes = Map<
  string,
  { readonly atMs: number; readonly object: DescribedObject }
>;

/**
 * Describes, kept for ten minutes. That an object is unknown is not kept: somebody may be installing the package.
 * Not jsforce's describe: passes need it too, and run without loading jsforce.
 */
export function createDescribe(
  rest: Rest,
  base: string,
  clock: Clock,
  known: KeptDescribes,
): Salesforce['describe'] {
  return async (object, options = {}) => {
    const kept = known.get(object);
    const young = kept !== undefined && clock.now() - kept.atMs < MAX_AGE_MS;
    if (young && options.fresh !== true) return kept.object;
    const path = `${base}/sobjects/${soqlName(object)}/describe`;
    try {
      const { value } = await rest.json({ method: 'GET', path, repeatable: true });
      const described = parseDescribe(object, value);
      known.set(object, { atMs: clock.now(), object: described });
      return described;
    } catch (error) {
      if (error instanceof SalesforceError && error.status === 404) return undefined;
      throw error;
    }
  };
}

/** What this product reads of a describe; a field has some sixty members. */
function parseDescribe(object: string, value: unknown): DescribedObject {
  const answer = parsed(describedObject, value, `the describe of ${object}`);
  return {
    ...answer,
    fields: answer.fields.map(fieldOf),
  };
}

function fieldOf(given: z.output<typeof describedField>): DescribedObject['fields'][number] {
  const { picklistValues = [], createable, length, nillable, defaultedOnCreate, ...field } = given;
  const required = createable === true && nillable === false && defaultedOnCreate === false;
  return {
    ...field,
    calculatedFormula: field.calculatedFormula ?? null,
    compoundFieldName: field.compoundFieldName ?? null,
    ...(createable !== undefined && { createable }),
    ...(required && { required }),
    ...(length !== undefined && length > 0 && { length }),
    ...(picklistValues.length > 0 && {
      picklistValues: picklistValues.filter(({ active }) => active).map(({ value }) => value),
    }),
  };
}
