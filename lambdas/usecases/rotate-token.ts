import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { OrgSecrets } from '#ports/secrets.ts';
import { newToken } from './new-token.ts';
import { packageClient, requirePackage } from './package-client.ts';
import { publishPing, readOrgToken, writeToken } from './package-rows.ts';

export type RotateTokenPorts = Pick<
  Ports,
  'secrets' | 'salesforce' | 'clock' | 'random' | 'telemetry'
>;

/** Notices signed with the token before are verified for so long: senders that wait to retry sign anew each time. */
const PREVIOUS_LIVES_MS = 24 * 60 * 60_000;

/**
 * Gives the org a new Mixmax Token without losing a notice: both tokens are verified before the new one is written into
 * the org. A rotation that stopped halfway is finished by the next one, with the same token.
 *
 * @returns until when the token before is still verified, ms
 */
export async function rotateToken(ports: RotateTokenPorts, org: OrgState): Promise<number> {
  const { orgId } = org;
  const known = await ports.secrets.find(orgId, { fresh: true });
  if (known === undefined) throw new AppError('not-found', `The org ${orgId} is not connected.`);
  requirePackage(org);
  const client = packageClient(await ports.salesforce.forOrg(org), org);
  const inOrg = await readOrgToken(client, orgId);
  if (inOrg === undefined) {
    throw new AppError('conflict', 'The org has no Mixmax Settings: connect it first.');
  }
  const next = inOrg === known.token ? rotated(ports, known) : unfinished(ports, known);
  await ports.secrets.put(orgId, next);
  await writeToken(client, orgId, next.token);
  await publishPing(client);
  ports.telemetry.info('TokenRotated', { orgId });
  return next.previousToken?.expiresAtMs ?? ports.clock.now();
}

function rotated({ random, clock }: RotateTokenPorts, known: OrgSecrets): OrgSecrets {
  const expiresAtMs = clock.now() + PREVIOUS_LIVES_MS;
  const previousToken = { token: known.token, expiresAtMs };
  return { ...known, token: newToken(random), previousToken };
}

/** The org still signs with the token before, or with one that nobody gave it: the one in force is written. */
function unfinished({ clock }: RotateTokenPorts, known: OrgSecrets): OrgSecrets {
  const { previousToken } = known;
  if (previousToken === undefined) return known;
  const expiresAtMs = clock.now() + PREVIOUS_LIVES_MS;
  return { ...known, previousToken: { ...previousToken, expiresAtMs } };
}
