import { AppError } from '../errors.ts';
import type { OrgState } from '../org.ts';

/** Objects that people and users are looked up in. */
const LOOKED_UP = ['Contact', 'Lead', 'User'] as const;
const RETRY_SECONDS = 60;

/**
 * Until the first audit has read everybody, nobody can say that somebody is not in Salesforce.
 *
 * @throws AppError unavailable (retryable)
 */
export function requireReadyMirror({ objects }: OrgState): void {
  const unread = LOOKED_UP.filter(
    (object) => objects[object] !== undefined && objects[object].completeThroughMs === undefined,
  );
  if (unread.length === 0) return;
  throw new AppError(
    'unavailable',
    `Not all of ${unread.join(', ')} was read from the org yet; activities wait for the first audit.`,
    { retryable: true, retryAfterSeconds: RETRY_SECONDS },
  );
}
