import type { Connection } from 'jsforce';
import { sampleCrm } from '../demo/sample-crm.ts';

const BATCH = 200;

/** Loads the sample CRM into an empty org. @returns how many records */
export async function loadSample(connection: Connection, nowMs: number): Promise<number> {
  const closeDate = new Date(nowMs + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const records = sampleCrm(closeDate);
  const accounts: string[] = [];
  for (const object of ['Account', 'Contact', 'Lead', 'Opportunity'] as const) {
    const rows = records
      .filter((record) => record.object === object)
      .map(({ account, fields }) => {
        const AccountId = account === undefined ? undefined : accounts[account];
        return { ...fields, ...(AccountId !== undefined && { AccountId }) };
      });
    for (let start = 0; start < rows.length; start += BATCH) {
      const results = await connection
        .sobject(object)
        .create(rows.slice(start, start + BATCH), { allOrNone: true });
      for (const result of results) {
        if (!result.success)
          throw new Error(`The sample ${object} was refused: ${result.errors[0]?.message}`);
        if (object === 'Account') accounts.push(result.id);
      }
    }
  }
  return records.length;
}
