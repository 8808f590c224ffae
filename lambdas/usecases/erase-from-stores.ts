import { addressCount, settingsWithout } from '#core/activities/settings-without.ts';
import { type DataSubject, mentions } from '#core/data-subject.ts';
import { letterWithout } from '#core/dead-letter.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { LoggedChange } from '#ports/change-log.ts';
import type { Ports } from '#ports/ports.ts';
import { changeActivitySettings } from './change-activity-settings.ts';
import type { Erasing, ErasureStep } from './erasure-step.ts';

/** Each may be a megabyte. */
const MAX_LETTERS = 1_000;
const CHANGES_PER_PAGE = 200;
const ERASED = '(erased)';

type EraseFromStoresPorts = Pick<
  Ports,
  'deadLetters' | 'creations' | 'userConnections' | 'activitySettings' | 'changeLog' | 'jobs'
>;

/** All that is few: dead letters, creations, connections, settings, the log of changes, findings of audits. */
export async function eraseFromStores(
  ports: EraseFromStoresPorts,
  { org: { orgId }, subject, progress }: Erasing,
): Promise<ErasureStep> {
  const counts = {
    deadLetters: await eraseFromLetters(ports, orgId, subject),
    creations: await eraseCreations(ports, orgId, subject),
    connections: await eraseConnections(ports, orgId, subject),
    settings: await eraseFromSettings(ports, orgId, subject),
    changes: await eraseFromLog(ports, orgId, subject),
    findings: await ports.jobs.removeFindings(orgId, [...subject.ids]),
  };
  return { counts, progress };
}

async function eraseFromLetters(
  { deadLetters }: Pick<Ports, 'deadLetters'>,
  orgId: OrgId,
  subject: DataSubject,
): Promise<number> {
  const letters = await deadLetters.list(orgId, MAX_LETTERS + 1);
  if (letters.length > MAX_LETTERS) {
    const message = `The org has over ${MAX_LETTERS} dead letters, too many to look through: send them again first (POST /dead-letters), then erase.`;
    throw new AppError('unprocessable', message);
  }
  let rewritten = 0;
  for (const letter of letters) {
    const next = letterWithout(subject, letter);
    if (next === letter) continue;
    await deadLetters.rewrite(next);
    rewritten += 1;
  }
  return rewritten;
}

async function eraseCreations(
  { creations }: Pick<Ports, 'creations'>,
  orgId: OrgId,
  subject: DataSubject,
): Promise<number> {
  const all = await creations.list(orgId, { limit: Number.MAX_SAFE_INTEGER });
  const theirs = all.filter((creation) => mentions(subject, creation));
  for (const { id } of theirs) await creations.delete(orgId, id);
  return theirs.length;
}

async function eraseConnections(
  { userConnections }: Pick<Ports, 'userConnections'>,
  orgId: OrgId,
  subject: DataSubject,
): Promise<number> {
  const all = await userConnections.list(orgId);
  const theirs = all.filter(({ userId, user, username }) =>
    mentions(subject, [userId, user, username]),
  );
  for (const { userId } of theirs) await userConnections.delete(orgId, userId);
  return theirs.length;
}

/** @returns how many entries of the settings named the person */
async function eraseFromSettings(
  ports: Pick<Ports, 'activitySettings'>,
  orgId: OrgId,
  subject: DataSubject,
): Promise<number> {
  const stored = await ports.activitySettings.get(orgId);
  if (stored === undefined) return 0;
  const others = addressCount(settingsWithout(subject, stored));
  if (others === addressCount(stored)) return 0;
  await changeActivitySettings(ports, orgId, (now) => settingsWithout(subject, now));
  return addressCount(stored) - others;
}

/** That something was changed, and when, stays. */
async function eraseFromLog(
  { changeLog }: Pick<Ports, 'changeLog'>,
  orgId: OrgId,
  subject: DataSubject,
): Promise<number> {
  let rewritten = 0;
  for (let before: LoggedChange | undefined; ; ) {
    const place = before === undefined ? {} : { before };
    const page = await changeLog.list(orgId, { limit: CHANGES_PER_PAGE, ...place });
    for (const change of page.filter(({ who, about }) => mentions(subject, [who, about]))) {
      const { about, ...rest } = change;
      const kept = about === undefined || mentions(subject, about) ? {} : { about };
      const who = mentions(subject, rest.who) ? ERASED : rest.who;
      await changeLog.replace({ ...rest, ...kept, who });
      rewritten += 1;
    }
    before = page.length < CHANGES_PER_PAGE ? undefined : page.at(-1);
    if (before === undefined) return rewritten;
  }
}
