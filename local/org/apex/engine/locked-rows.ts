import type { SaveRequest, SaveResult } from '../../engine.ts';
import { unableToLockRow } from '../../store/row-locks.ts';

/** Whether a record of that object is held by somebody else right now. */
export type RowLocks = (object: string) => boolean;

type SaveRecord = SaveRequest['records'][number];

/**
 * Saves what is not locked. A locked record fails by itself, and takes the others along where all or none are wanted.
 * @param save saves records that nobody holds
 */
export function saveAroundLocks(
  request: SaveRequest,
  isLocked: RowLocks,
  save: (request: SaveRequest) => SaveResult[],
): SaveResult[] {
  const locked = new Set(request.records.filter(({ object }) => isLocked(object)));
  if (locked.size === 0) return save(request);
  if (request.allOrNone) {
    return request.records.map((record) => (locked.has(record) ? lockFailure(record) : UNDONE));
  }
  const { beforeCommit } = request;
  const free = request.records.filter((record) => !locked.has(record));
  const withFailures = (results: readonly SaveResult[]): SaveResult[] => {
    const rest = results.values();
    return request.records.map((record) =>
      locked.has(record) ? lockFailure(record) : (rest.next().value ?? UNDONE),
    );
  };
  if (free.length === 0) {
    const results = withFailures([]);
    beforeCommit?.(results);
    return results;
  }
  const results = save({
    ...request,
    records: free,
    ...(beforeCommit ? { beforeCommit: (saved) => beforeCommit(withFailures(saved)) } : {}),
  });
  return withFailures(results);
}

const UNDONE: SaveResult = {
  success: false,
  errors: [
    {
      code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      message:
        'Record rolled back because not all records were valid and the request was using AllOrNone header',
      fields: [],
    },
  ],
};

function lockFailure({ input }: SaveRecord): SaveResult {
  const { code, message } = unableToLockRow(typeof input['Id'] === 'string' ? input['Id'] : '');
  return { success: false, errors: [{ code, message, fields: [] }] };
}
