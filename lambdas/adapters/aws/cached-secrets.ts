import type { OrgId } from '#core/ids.ts';
import type { Clock } from '#ports/clock.ts';
import type { OrgSecrets, Secrets } from '#ports/secrets.ts';
import type { Telemetry } from '#ports/telemetry.ts';

const KNOWN_KEPT_MS = 300_000;
const UNKNOWN_KEPT_MS = 10_000;
/** How often `fresh` goes past the cache, and how soon a store that failed is asked again. */
const ASKED_AGAIN_AFTER_MS = 10_000;
/** Whoever asks for made-up orgs must not fill the memory. */
const MAX_ENTRIES = 1_000;

interface Entry {
  readonly secrets: OrgSecrets | undefined;
  readonly readAtMs: number;
  /** The last time that the store was asked, also in vain. */
  readonly askedAtMs: number;
}

/**
 * Secrets of a slow or limited store, kept for 300 s (unknown orgs 10 s). While the store fails, what was known is
 * still answered. Calls for one org at the same time ask the store once.
 */
export class CachedSecrets implements Secrets {
  readonly #store: Secrets;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  readonly #entries = new Map<OrgId, Entry>();
  readonly #asking = new Map<OrgId, Promise<OrgSecrets | undefined>>();

  constructor(store: Secrets, clock: Clock, telemetry: Telemetry) {
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  async find(
    orgId: OrgId,
    { fresh = false }: { fresh?: boolean } = {},
  ): Promise<OrgSecrets | undefined> {
    const entry = this.#entries.get(orgId);
    if (entry !== undefined && this.#isGood(entry, fresh)) return entry.secrets;
    const asked = this.#asking.get(orgId) ?? this.#ask(orgId);
    this.#asking.set(orgId, asked);
    try {
      return await asked;
    } finally {
      this.#asking.delete(orgId);
    }
  }

  async put(orgId: OrgId, secrets: OrgSecrets): Promise<void> {
    await this.#store.put(orgId, secrets);
    this.#remember(orgId, secrets);
  }

  async delete(orgId: OrgId): Promise<void> {
    await this.#store.delete(orgId);
    this.#remember(orgId, undefined);
  }

  #isGood({ secrets, readAtMs, askedAtMs }: Entry, fresh: boolean): boolean {
    const nowMs = this.#clock.now();
    if (nowMs - askedAtMs < ASKED_AGAIN_AFTER_MS) return true;
    if (fresh) return false;
    return nowMs - readAtMs < (secrets === undefined ? UNKNOWN_KEPT_MS : KNOWN_KEPT_MS);
  }

  async #ask(orgId: OrgId): Promise<OrgSecrets | undefined> {
    try {
      const secrets = await this.#store.find(orgId);
      this.#remember(orgId, secrets);
      return secrets;
    } catch (error) {
      const entry = this.#entries.get(orgId);
      if (entry?.secrets === undefined) throw error;
      this.#telemetry.warn('SecretsStale', { orgId, ageMs: this.#clock.now() - entry.readAtMs });
      this.#entries.set(orgId, { ...entry, askedAtMs: this.#clock.now() });
      return entry.secrets;
    }
  }

  #remember(orgId: OrgId, secrets: OrgSecrets | undefined): void {
    const nowMs = this.#clock.now();
    this.#entries.delete(orgId);
    this.#entries.set(orgId, { secrets, readAtMs: nowMs, askedAtMs: nowMs });
    if (this.#entries.size > MAX_ENTRIES) this.#forgetOne();
  }

  /** An unknown org's entry if there is one, else the oldest. */
  #forgetOne(): void {
    const unknown = this.#entries.entries().find(([, { secrets }]) => secrets === undefined);
    const oldest = unknown?.[0] ?? this.#entries.keys().next().value;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
