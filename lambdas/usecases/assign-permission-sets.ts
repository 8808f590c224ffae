import { AppError } from '#core/errors.ts';
import { soqlSelect, soqlText } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';

/**
 * Gives a user the permission sets that the org has of these; one that is held already stays. Who deploys a component
 * may not use it yet. Costs a call, and one for each set.
 *
 * @param userId 18 characters
 * @returns why the org did not take one; undefined = all are held, or the org has none of them
 */
export async function assignPermissionSets(
  salesforce: Pick<Salesforce, 'query' | 'create'>,
  names: readonly string[],
  userId: string,
): Promise<string | undefined> {
  const anyOf = names.map((name) => `Name = ${soqlText(name)}`).join(' OR ');
  for await (const { records } of salesforce.query(soqlSelect('PermissionSet', ['Id'], anyOf))) {
    for (const { id } of records) {
      const refusal = await assign(salesforce, id, userId);
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

async function assign(
  salesforce: Pick<Salesforce, 'create'>,
  permissionSetId: string,
  userId: string,
): Promise<string | undefined> {
  try {
    const fields = { PermissionSetId: permissionSetId, AssigneeId: userId };
    await salesforce.create('PermissionSetAssignment', fields);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'salesforce-refused') throw error;
    // It may be held from before.
    return /DUPLICATE_VALUE/.test(error.message) ? undefined : error.message;
  }
}
