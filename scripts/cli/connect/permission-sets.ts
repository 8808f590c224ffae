import { type Connection, SfError } from '@salesforce/core';
import { query, quoted, type Row, textOf } from '../org-facts.ts';

/** What lets the Sync User sign in and read, and what lets the same person look after the package. */
export const SYNC_USER_SET = 'Mixmax_RTS_Sync_User';
const SETS = [SYNC_USER_SET, 'Mixmax_RTS_Sync_User_Setup', 'Mixmax_RTS_Admin'];

/** Whether the user holds every permission set of the package; false while the package is not there. */
export async function holdsPermissionSets(
  connection: Connection,
  userId: string,
): Promise<boolean> {
  const sets = await permissionSets(connection);
  const isThere = sets.some((row) => row['Name'] === SYNC_USER_SET);
  return isThere && (await missing(connection, sets, userId)).length === 0;
}

function permissionSets(connection: Connection): Promise<readonly Row[]> {
  const names = SETS.map((name) => `'${name}'`).join(', ');
  return query(connection, `SELECT Id, Name FROM PermissionSet WHERE Name IN (${names})`);
}

/** @returns ids of those that the user does not hold */
async function missing(
  connection: Connection,
  sets: readonly Row[],
  userId: string,
): Promise<readonly string[]> {
  const held = await query(
    connection,
    `SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${quoted(userId)}'`,
  );
  const holds = new Set(held.map((row) => textOf(row, 'PermissionSetId')));
  return sets.map((row) => textOf(row, 'Id')).filter((id) => !holds.has(id));
}

/** @throws SfError with the org's own words */
export async function assignPermissionSets(connection: Connection, userId: string): Promise<void> {
  const sets = await permissionSets(connection);
  for (const id of await missing(connection, sets, userId)) {
    const result = await connection
      .sobject('PermissionSetAssignment')
      .create({ AssigneeId: userId, PermissionSetId: id });
    if (result.success) continue;
    const reasons = result.errors.map(({ message }) => message).join(' ');
    throw new SfError(`A permission set could not be assigned: ${reasons}`, 'NotAssigned', [
      'Assign it by hand in Setup > Permission Sets, then run the command again.',
    ]);
  }
}
