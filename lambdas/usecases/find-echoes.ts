import { isEcho, keyOf } from '#core/activities/echo.ts';
import { ledgerIdOfKey } from '#core/activities/row-key.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';

/** Which of these records were last changed by ourselves. Asks the ledger only about records that carry a key of ours. */
export async function findEchoes(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  orgId: OrgId,
  records: readonly MirrorRecord[],
): Promise<ReadonlySet<RecordId>> {
  const keyed = records.flatMap((record) => {
    const key = keyOf(record);
    const ledgerId = key === undefined ? undefined : ledgerIdOfKey(key);
    return key === undefined || ledgerId === undefined ? [] : [{ record, key, ledgerId }];
  });
  if (keyed.length === 0) return new Set();
  const ids = [...new Set(keyed.map(({ ledgerId }) => ledgerId))];
  const entries = await activityLedger.getMany(orgId, ids);
  const echoes = keyed.filter(({ record, key, ledgerId }) => {
    const entry = entries.get(ledgerId);
    return entry !== undefined && isEcho(record, key, entry);
  });
  return new Set(echoes.map(({ record }) => record.id));
}
