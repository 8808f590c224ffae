import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

/** A call of the API must end: more are sent by calling again. */
const LETTERS_PER_CALL = 500;

/**
 * Sends dead letters of an org again: those named, else the oldest 500.
 * @returns how many were sent, and how many are left
 */
export async function redriveLetters(
  ports: Pick<Ports, 'deadLetters' | 'telemetry'>,
  orgId: OrgId,
  ids: readonly string[] | undefined,
): Promise<{ readonly redriven: number; readonly left: number }> {
  const chosen = ids ?? (await oldest(ports, orgId));
  let redriven = 0;
  for (const id of chosen) {
    if ((await ports.deadLetters.redrive(orgId, id)) === 'redriven') redriven += 1;
  }
  ports.telemetry.info('LettersRedriven', { orgId, letters: redriven });
  return { redriven, left: await ports.deadLetters.count(orgId) };
}

async function oldest(ports: Pick<Ports, 'deadLetters'>, orgId: OrgId): Promise<string[]> {
  const letters = await ports.deadLetters.list(orgId, LETTERS_PER_CALL);
  return letters.map(({ id }) => id);
}
