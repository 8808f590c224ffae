import { span, when } from '../reader-time.ts';
import type { FieldCatalogue, Limits, Status, SyncUser } from '../receiver.ts';
import { type Finding, green, red, yellow } from './finding.ts';

/** What the receiver tells of itself, judged. */

const RED_STATES: ReadonlySet<Status['state']> = new Set(['error', 'removed', 'not-installed']);
const GREEN_STATES: ReadonlySet<Status['state']> = new Set(['active', 'disabled', 'closing']);

export function checkState({ state, cause, fix = 'Wait.' }: Status): Finding {
  const found = `${state}: ${cause}`;
  if (RED_STATES.has(state)) return red('Sync', found, fix);
  return GREEN_STATES.has(state) ? green('Sync', found) : yellow('Sync', found, fix);
}

export function checkPermissions({ permissions, username }: SyncUser): readonly Finding[] {
  return permissions.map(({ permission, ok, whatFor, lost, fix }) => {
    const check = `Permission ${permission}`;
    if (ok === true) return green(check, `${username} has it. ${whatFor}`);
    if (ok === false) return red(check, `${username} lacks it. Lost: ${lost}`, fix);
    return yellow(check, `It could not be tried. ${whatFor}`, fix);
  });
}

export function checkFieldSecurity({ objects }: FieldCatalogue): Finding {
  const check = 'Field-level security';
  const retired = Object.entries(objects).flatMap(([object, { retired: fields }]) =>
    fields.map((field) => `${object}.${field}`),
  );
  if (retired.length === 0) return green(check, 'Every field that was mirrored can be read.');
  const found = `Not readable any more, or deleted: ${retired.join(', ')}.`;
  return yellow(
    check,
    found,
    'Let the Sync User read them, then `sf mixmax rts fields refresh`; deleted ones need nothing.',
  );
}

export function checkQuota({ org, own, waiting, sharePercent }: Limits): Finding {
  const check = 'API requests';
  const ours = `${own.used} of ours in 24 hours`;
  const found =
    org === undefined
      ? `${ours}; the org has told no numbers yet.`
      : `${org.used} of ${org.max} used by all, ${ours}, of at most ${sharePercent} %.`;
  if (waiting.length === 0) return green(check, found);
  const fix =
    "Nothing is lost, and it goes on by itself. Raise the receiver's share, or find who else spends.";
  return yellow(check, `${found} Waiting: ${waiting.join(', ')}.`, fix);
}

const QUIET_MS = 30 * 60_000;

export function checkHeartbeat({ lastApexSeenAt, lastPingAt, now, verdict }: Status): Finding {
  const check = 'Heartbeat';
  const ping = lastPingAt === undefined ? '' : ` Last ping: ${span(lastPingAt, now)} ago.`;
  if (lastApexSeenAt === undefined) {
    return yellow(check, `No change notice has come yet.${ping}`, 'Save a record in the org.');
  }
  const found = `Apex told its last change ${span(lastApexSeenAt, now)} ago.${ping}`;
  const isQuiet = Date.parse(now) - Date.parse(lastApexSeenAt) > QUIET_MS;
  if (!isQuiet || verdict === 'idle') return green(check, found);
  const fix = 'See the line Sync: it says whether there was nothing to tell, or the way is broken.';
  return verdict === 'broken' ? red(check, found, fix) : yellow(check, found, fix);
}

/** A light check runs every hour; one may fail. A sweep runs every six hours by default. */
const LATE_MS = 150 * 60_000;
const TOO_LATE_MS = 12 * 60 * 60_000;

export function checkCompleteness({ objects, now }: Status): Finding {
  const check = 'Proven complete';
  const fix = 'Run `sf mixmax rts sync`, and look at `sf mixmax rts errors`.';
  const open = objects.filter(({ completeThrough }) => completeThrough === undefined);
  if (open.length > 0) {
    const names = open.map(({ object }) => object).join(', ');
    return yellow(check, `Not audited yet: ${names}.`, 'Wait for the initial audit.');
  }
  const [oldest] = objects.toSorted((a, b) => ageOf(b, now) - ageOf(a, now));
  if (oldest === undefined) return yellow(check, 'Nothing is mirrored.', fix);
  const found = `${oldest.object} is the furthest behind: through ${when(oldest.completeThrough)}.`;
  const age = ageOf(oldest, now);
  if (age > TOO_LATE_MS) return red(check, found, fix);
  return age > LATE_MS ? yellow(check, found, fix) : green(check, found);
}

function ageOf({ completeThrough = '' }: Status['objects'][number], now: string): number {
  return Date.parse(now) - Date.parse(completeThrough);
}

export function checkDeadLetters({ deadLetters }: Status): Finding {
  const check = 'Given-up messages';
  if (deadLetters === 0) return green(check, 'None.');
  const fix = '`sf mixmax rts dead-letters list` tells why; mend it, then `dead-letters redrive`.';
  return red(check, `${deadLetters} wait: what they told is not in the mirror.`, fix);
}
