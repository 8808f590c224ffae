import type { Claims } from './mirror-facts.ts';
import { orgRows } from './org-facts.ts';
import { CRM_OBJECTS } from './steps.ts';
import type { World } from './world.ts';

type Examination = NonNullable<Claims['examination']>;

interface Told {
  readonly state: string;
  readonly verdict?: string;
}

const MINUTE_MS = 60_000;
/** A ping that has not come back by then does not come back. */
const PING_PATIENCE_MS = 6 * MINUTE_MS;
/** What was changed so near to an examination may be seen by it or not. */
const UNSURE_MS = 15 * MINUTE_MS;
/** Signatures are good for so long: an older ping may count as the one that was sent, and clocks may differ so much. */
const CLOCK_DIFFERENCE_MS = 5 * MINUTE_MS;
/** What the package and its settings are not in any history, as long as the Sync User may look at them. */
const NEVER_TRUE: ReadonlySet<string> = new Set([
  'package-gone',
  'package-too-old',
  'settings-missing',
  'settings-of-another-org',
  'wrong-url',
  'remote-site-missing',
  'remote-site-inactive',
  'trigger-missing',
  'trigger-inactive',
]);

/** R8: while Apex is quiet the receiver tells why; here that is compared with what was done to the org. */
export class VerdictWatch {
  readonly #world: World;
  readonly #report: (details: readonly string[]) => void;
  #judgedMs = 0;

  constructor(world: World, report: (details: readonly string[]) => void) {
    this.#world = world;
    this.#report = report;
  }

  /** Asks for the verdict when the examination's ping has had its time. */
  look({ examination, mode }: Claims): void {
    if (examination === undefined || mode.name !== 'interval') return;
    if (examination.atMs <= this.#judgedMs) return;
    this.#judgedMs = examination.atMs;
    const { scheduler } = this.#world;
    scheduler.schedule(PING_PATIENCE_MS, 'the verdict is asked for', () =>
      this.#ask(examination.atMs),
    );
  }

  async #ask(examinedMs: number): Promise<void> {
    const { api, claims, channel, reached } = this.#world;
    const { examination, mode } = claims;
    const isOver = mode.name !== 'interval' || channel.lastChangesMs > examinedMs - UNSURE_MS;
    if (examination?.atMs !== examinedMs || isOver) return;
    // The process may die over it; somebody else would ask again.
    const answer = await api.ofOrg('GET', '/status').catch(() => undefined);
    if (answer?.status !== 200) return;
    const told = answer.body as Told;
    if (told.verdict !== undefined) reached(`verdict-${told.verdict}`);
    if (told.state === 'disabled') reached('verdict-disabled');
    this.#report(this.#wrongs(told, examination, claims));
  }

  #wrongs(told: Told, examination: Examination, claims: Claims): readonly string[] {
    const { sight, settingsChangedMs } = this.#world;
    if (sight.blind || examination.atMs - settingsChangedMs < UNSURE_MS) return [];
    return [
      ...this.#wrongSettings(told, examination),
      ...this.#wrongPath(told, examination),
      ...this.#wrongReason(told, examination, claims),
    ].map((wrong) => `${told.state}, ${told.verdict ?? 'no verdict'}: ${wrong}`);
  }

  #wrongSettings({ state }: Told, { faults }: Examination): readonly string[] {
    const { disabled, tokenWrong } = this.#world.settings();
    const wrong: string[] = [];
    if (disabled !== (state === 'disabled'))
      wrong.push(`Disable is ${disabled ? '' : 'not '}ticked`);
    const codes = faults.map(({ code }) => code);
    if (codes.includes('wrong-token') && !tokenWrong) wrong.push('the token is right');
    const untrue = codes.find((code) => NEVER_TRUE.has(code));
    return untrue === undefined ? wrong : [...wrong, `it is not so that ${untrue}`];
  }

  /** *broken* means that no ping comes through, and nothing else. */
  #wrongPath({ verdict }: Told, { pingedAtMs, faults }: Examination): readonly string[] {
    if (pingedAtMs === undefined || faults.length > 0) return [];
    const { lastPingMs } = this.#world.channel;
    if (verdict === 'broken' && lastPingMs >= pingedAtMs) return ['a ping came through'];
    const came = lastPingMs >= pingedAtMs - CLOCK_DIFFERENCE_MS;
    if ((verdict === 'idle' || verdict === 'lagging') && !came) return ['no ping came through'];
    return [];
  }

  /** *idle* means that nothing was saved since, *lagging* that something was. */
  #wrongReason({ verdict }: Told, { atMs }: Examination, claims: Claims): readonly string[] {
    const sinceMs = this.#world.channel.lastChangesMs;
    const saved = this.#saved(claims);
    if (verdict === 'lagging' && !saved.some(({ stampMs }) => stampMs > sinceMs - UNSURE_MS)) {
      return ['nothing was saved since Apex was last seen'];
    }
    if (verdict !== 'idle') return [];
    // With conditions on, Apex rightly keeps silent about most updates, but never about what is new.
    const untold = saved
      .map(({ stampMs, createdMs }) => (claims.conditions.on ? createdMs : stampMs))
      .some((ms) => ms > sinceMs + CLOCK_DIFFERENCE_MS && ms < atMs - UNSURE_MS);
    return untold ? ['something was saved that nobody told'] : [];
  }

  #saved({ objects }: Claims): readonly { readonly stampMs: number; readonly createdMs: number }[] {
    const { org, sight } = this.#world;
    return CRM_OBJECTS.filter((object) => Object.hasOwn(objects, object)).flatMap((object) =>
      [...orgRows(org, object, ['CreatedDate'], sight.hidden).values()].map(
        ({ stampMs, fields }) => ({
          stampMs,
          createdMs: Date.parse(String(fields['CreatedDate'])),
        }),
      ),
    );
  }
}
