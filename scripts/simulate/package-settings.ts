import type { Org } from '../../local/org/org.ts';
import { ORG_ID } from './simulated-org.ts';

/** What somebody writes over the token. */
export const WRONG_TOKEN = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** The org's row of Mixmax Settings; undefined before set-up. */
export function settingsId({ clock, orgId, soql }: Org): string | undefined {
  const query = `SELECT Id FROM Mixmax_Settings__c WHERE SetupOwnerId = '${ORG_ID}'`;
  const [row] = [...soql.runArrays(soql.plan(query), { nowMs: clock.now(), userId: orgId })];
  return row?.[0] === undefined ? undefined : String(row[0]);
}

/** What holds for the whole org now. */
export function packageSettings(org: Org): {
  readonly disabled: boolean;
  readonly token: unknown;
  readonly tokenWrong: boolean;
} {
  const id = settingsId(org);
  const values = (id === undefined ? undefined : org.store.read('Mixmax_Settings__c', id)) ?? {};
  const { Disable_RTS__c: disabled, Token__c: token } = values;
  return { disabled: disabled === true, token, tokenWrong: token === WRONG_TOKEN };
}
