import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { DescribedObject } from '#ports/salesforce.ts';

const describedField = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string(),
  calculated: z.boolean(),
  calculatedFormula: z.nullish(z.string()),
  referenceTo: z.array(z.string()),
  compoundFieldName: z.nullish(z.string()),
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

/** What this product reads of a describe; it has some hundred members a field. */
export function parseDescribe(object: string, value: unknown): DescribedObject {
  const answer = describedObject.safeParse(value);
  if (!answer.success) {
    const where = answer.error.issues[0]?.path.join('.') ?? '';
    throw new AppError('salesforce-refused', `The describe of ${object} lacks ${where}.`);
  }
  return {
    ...answer.data,
    fields: answer.data.fields.map((field) => ({
      ...field,
      calculatedFormula: field.calculatedFormula ?? null,
      compoundFieldName: field.compoundFieldName ?? null,
    })),
  };
}
