import { conditionSql, formulaSql } from '../../formula/compile-formula.ts';
import { FormulaError } from '../../formula/formula-syntax.ts';
import type { PermissionSetSource } from '../metadata.ts';
import type { OrgSchema } from '../org-schema.ts';
import type { FieldSchema, FieldSetSchema, ObjectSchema, ValidationRule } from '../schema.ts';
import { SourceProblem } from './element.ts';

/** What parts of a deploy say of objects and fields, tried on the schema as it will be. */

export type FindObject = (name: string) => ObjectSchema | undefined;

/** @throws SourceProblem */
export function checkRule(schema: OrgSchema, object: ObjectSchema, rule: ValidationRule): void {
  if (rule.field !== undefined && !object.fields.has(rule.field.toLowerCase())) {
    throw new SourceProblem(`<errorDisplayField> names no field of ${object.name}: ${rule.field}`);
  }
  try {
    conditionSql(schema, object, rule.condition);
  } catch (error) {
    throw error instanceof FormulaError ? new SourceProblem(error.message) : error;
  }
}

/** @throws SourceProblem */
export function checkFormula(schema: OrgSchema, object: ObjectSchema, field: FieldSchema): void {
  try {
    formulaSql(schema, object, field, 'r');
  } catch (error) {
    throw error instanceof FormulaError ? new SourceProblem(error.message) : error;
  }
}

export function checkPermissions(source: PermissionSetSource, find: FindObject): void {
  for (const { object } of source.objectPermissions) {
    if (!find(object)) throw new SourceProblem(`no object named ${object} found`);
  }
  for (const { field } of source.fieldPermissions) {
    const [object = '', name = ''] = field.split('.');
    if (!find(object)?.fields.has(name.toLowerCase()))
      throw new SourceProblem(`no field named ${field} found`);
  }
}

/** @throws SourceProblem */
export function checkFieldSet(find: FindObject, object: ObjectSchema, set: FieldSetSchema): void {
  for (const { path } of set.fields) {
    if (!fieldExists(find, object, path.split('.')))
      throw new SourceProblem(`no field named ${object.name}.${path} found`);
  }
}

function fieldExists(
  find: FindObject,
  object: ObjectSchema,
  [step = '', ...rest]: string[],
): boolean {
  if (rest.length === 0) return object.fields.has(step.toLowerCase());
  const lookup = [...object.fields.values()].find(
    (field) => field.relationshipName?.toLowerCase() === step.toLowerCase(),
  );
  const targets = (lookup?.referenceTo ?? []).flatMap((name) => find(name) ?? []);
  return targets.some((target) => fieldExists(find, target, rest));
}
