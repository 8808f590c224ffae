/**
 * Words Apex keeps for itself that the grammar lets through as names (Apex Developer Guide, Reserved Keywords; only
 * those that open a statement or a clause, so that no name is refused that the platform takes).
 */
const RESERVED = new Set([
  'delete',
  'from',
  'group',
  'having',
  'insert',
  'limit',
  'merge',
  'select',
  'undelete',
  'update',
  'upsert',
  'where',
]);

/** What is wrong with a name somebody declares; undefined when nothing is. */
export function identifierProblem(name: string): string | undefined {
  if (RESERVED.has(name.toLowerCase())) {
    return `Identifier name is reserved: ${name}`;
  }
  return name.startsWith('_') || name.endsWith('_') || name.includes('__')
    ? `Invalid character in identifier: ${name}`
    : undefined;
}
