import type { SaveResult } from '../../engine.ts';
import { OrgError } from '../../errors.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import { type ApiCall, isJsonObject, jsonObject, jsonParserError, userOf } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';
import { requireObject } from './describe.ts';
import { duplicateOptions } from './duplicates.ts';

const MOST_RECORDS = 200;
const MOST_LEVELS = 5;
const MOST_OBJECTS = 5;

interface TreeNode {
  readonly object: ObjectSchema;
  readonly referenceId: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly children: readonly { readonly field: string; readonly node: TreeNode }[];
}

interface NodeFailure {
  readonly referenceId: string;
  readonly errors: readonly object[];
}

class TreeFailed extends Error {
  override readonly name = 'TreeFailed';
  readonly failures: readonly NodeFailure[];

  constructor(failures: readonly NodeFailure[]) {
    super('a record of the tree could not be saved');
    this.failures = failures;
  }
}

/** `POST /composite/tree/{object}`: parents with their children, all or nothing. */
export function postTree(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const roots = readNodes(call, object, jsonObject(call)['records'], 1);
  const nodes = roots.flatMap(withDescendants);
  if (nodes.length > MOST_RECORDS) {
    throw new OrgError('EXCEEDED_ID_LIMIT', `a tree may hold ${MOST_RECORDS} records at most`);
  }
  if (new Set(nodes.map((node) => node.object)).size > MOST_OBJECTS) {
    throw invalidInput(`a tree may hold records of ${MOST_OBJECTS} objects at most`);
  }
  const repeated = repeatedReferences(nodes);
  if (repeated.length > 0) return json(400, { hasErrors: true, results: repeated });
  const results: { referenceId: string; id: string }[] = [];
  try {
    call.org.engine.inTransaction(() => {
      let level = roots.map((node) => ({ node, parent: {} }));
      while (level.length > 0) level = insertLevel(call, level, results);
    });
    return json(201, { hasErrors: false, results });
  } catch (error) {
    if (!(error instanceof TreeFailed)) throw error;
    return json(400, { hasErrors: true, results: error.failures });
  }
}

interface PlacedNode {
  readonly node: TreeNode;
  /** The look-up to the parent with its id, once the parent is saved. */
  readonly parent: Readonly<Record<string, string>>;
}

/** Saves one level; @returns the next one, pointing at the new parents. */
function insertLevel(
  call: ApiCall,
  level: readonly PlacedNode[],
  results: { referenceId: string; id: string }[],
): PlacedNode[] {
  const saved = call.org.engine.save({
    operation: 'insert',
    records: level.map(({ node, parent }) => ({
      object: node.object.name,
      input: { ...node.fields, ...parent },
    })),
    allOrNone: true,
    userId: userOf(call),
    source: 'rest',
    duplicates: duplicateOptions(call),
  });
  const failures = level.flatMap(({ node }, index) => failureOf(node, saved[index]));
  if (failures.length > 0) throw new TreeFailed(failures);
  return level.flatMap(({ node }, index) => {
    const result = saved[index];
    if (result?.success !== true) throw new Error('the save gave fewer results than records');
    results.push({ referenceId: node.referenceId, id: result.id });
    return node.children.map((child) => ({
      node: child.node,
      parent: { [child.field]: result.id },
    }));
  });
}

/** Rows that only failed because another one did are not listed. */
function failureOf(node: TreeNode, result: SaveResult | undefined): NodeFailure[] {
  if (result === undefined || result.success) return [];
  const own = result.errors.filter(({ code }) => code !== 'ALL_OR_NONE_OPERATION_ROLLED_BACK');
  if (own.length === 0) return [];
  const errors = own.map(({ code, message, fields }) => ({ statusCode: code, message, fields }));
  return [{ referenceId: node.referenceId, errors }];
}

function readNodes(
  call: ApiCall,
  object: ObjectSchema,
  records: unknown,
  level: number,
): TreeNode[] {
  if (level > MOST_LEVELS) throw jsonParserError(`A tree may be ${MOST_LEVELS} levels deep`);
  if (!Array.isArray(records)) throw jsonParserError('The records member must be a list');
  return records.map((record) => readNode(call, object, record, level));
}

function readNode(call: ApiCall, object: ObjectSchema, record: unknown, level: number): TreeNode {
  if (!isJsonObject(record)) throw jsonParserError('Every record must be an object');
  const { attributes, ...members } = record;
  const { referenceId, type } = isJsonObject(attributes) ? attributes : {};
  if (typeof referenceId !== 'string' || typeof type !== 'string') {
    throw jsonParserError('Every record needs attributes with type and referenceId');
  }
  if (type.toLowerCase() !== object.name.toLowerCase()) {
    throw invalidInput(`${referenceId} is among records of ${object.name}, its type is ${type}`);
  }
  const fields: [string, unknown][] = [];
  const children: TreeNode['children'][number][] = [];
  for (const [name, value] of Object.entries(members)) {
    const relationship = isJsonObject(value) ? childRelationship(call, object, name) : undefined;
    if (relationship === undefined || !isJsonObject(value)) fields.push([name, value]);
    else {
      const childObject = call.org.schema.require(relationship.childObject);
      for (const node of readNodes(call, childObject, value['records'], level + 1)) {
        children.push({ field: relationship.field, node });
      }
    }
  }
  return { object, referenceId, fields: Object.fromEntries(fields), children };
}

function childRelationship(
  call: ApiCall,
  object: ObjectSchema,
  name: string,
): { childObject: string; field: string } | undefined {
  const wanted = name.toLowerCase();
  return call.org.schema
    .childRelationships(object.name)
    .find(({ relationshipName }) => relationshipName?.toLowerCase() === wanted);
}

function withDescendants(node: TreeNode): TreeNode[] {
  return [node, ...node.children.flatMap((child) => withDescendants(child.node))];
}

/** A failure for each reference that stands for several records. */
function repeatedReferences(nodes: readonly TreeNode[]): NodeFailure[] {
  const ids = nodes.map(({ referenceId }) => referenceId);
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) < index));
  const message = 'Duplicate ReferenceId provided in the request.';
  return [...repeated].map((referenceId) => ({
    referenceId,
    errors: [{ statusCode: 'INVALID_INPUT', message, fields: [] }],
  }));
}

function invalidInput(message: string): OrgError {
  return new OrgError('INVALID_INPUT', message);
}
