import { beforeEach, describe, expect, it } from 'vitest';
import { CachedSecrets } from '#adapters/aws/cached-secrets.ts';
import { ConsoleTelemetry } from '#adapters/console-telemetry.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgSecrets, Secrets } from '#ports/secrets.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { freshOrgId } from '../../../support/salesforce-ids.ts';

/** A store that counts how often it is asked, and fails when told to. */
class CountingStore implements Secrets {
  readonly held = new Map<OrgId, OrgSecrets>();
  reads = 0;
  down = false;

  async find(orgId: OrgId): Promise<OrgSecrets | undefined> {
    this.reads += 1;
    await Promise.resolve();
    if (this.down) throw new AppError('throttled', 'asked too often', { retryable: true });
    return this.held.get(orgId);
  }

  async put(orgId: OrgId, secrets: OrgSecrets): Promise<void> {
    this.held.set(orgId, secrets);
  }

  async delete(orgId: OrgId): Promise<void> {
    this.held.delete(orgId);
  }
}

const credentials = { kind: 'client-credentials', clientId: 'c', clientSecret: 's' } as const;
const OLD: OrgSecrets = { token: 'whsec_old', credentials };
const NEW: OrgSecrets = { token: 'whsec_new', credentials };

let store: CountingStore;
let clock: ManualClock;
let lines: string[];
let secrets: CachedSecrets;
let org: OrgId;

beforeEach(() => {
  store = new CountingStore();
  clock = new ManualClock();
  lines = [];
  const write = (line: string) => void lines.push(line);
  const telemetry = new ConsoleTelemetry({ level: 'INFO', now: () => clock.now(), write });
  secrets = new CachedSecrets(store, clock, telemetry);
  org = freshOrgId();
});

describe('cached secrets', () => {
  it('ask the store once in 300 seconds', async () => {
    store.held.set(org, OLD);
    expect(await secrets.find(org)).toBe(OLD);
    store.held.set(org, NEW);
    clock.advance(299_999);
    expect(await secrets.find(org)).toBe(OLD);
    expect(store.reads).toBe(1);
    clock.advance(1);
    expect(await secrets.find(org)).toBe(NEW);
    expect(store.reads).toBe(2);
  });

  it('ask about an unknown org once in 10 seconds', async () => {
    expect(await secrets.find(org)).toBeUndefined();
    store.held.set(org, NEW);
    clock.advance(9_999);
    expect(await secrets.find(org)).toBeUndefined();
    expect(await secrets.find(org, { fresh: true })).toBeUndefined();
    expect(store.reads).toBe(1);
    clock.advance(1);
    expect(await secrets.find(org)).toBe(NEW);
  });

  it('go past the cache when asked to, at most once in 10 seconds and org', async () => {
    store.held.set(org, OLD);
    await secrets.find(org);
    clock.advance(10_000);
    store.held.set(org, NEW);
    expect(await secrets.find(org, { fresh: true })).toBe(NEW);
    for (let n = 0; n < 20; n += 1) await secrets.find(org, { fresh: true });
    expect(store.reads).toBe(2);
    await secrets.find(freshOrgId(), { fresh: true });
    expect(store.reads).toBe(3);
  });

  it('answer what was known while the store is down, and try again every 10 seconds', async () => {
    store.held.set(org, OLD);
    await secrets.find(org);
    clock.advance(300_000);
    store.down = true;
    expect(await secrets.find(org)).toBe(OLD);
    expect(await secrets.find(org)).toBe(OLD);
    expect(store.reads).toBe(2);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { message: 'SecretsStale', level: 'WARN', orgId: org, ageMs: 300_000 },
    ]);
    expect(lines.join()).not.toContain('whsec_');
    clock.advance(10_000);
    store.down = false;
    store.held.set(org, NEW);
    expect(await secrets.find(org)).toBe(NEW);
  });

  it('fail when the store is down and nothing is known', async () => {
    store.down = true;
    await expect(secrets.find(org)).rejects.toMatchObject({ code: 'throttled', retryable: true });
    store.down = false;
    store.held.set(org, NEW);
    expect(await secrets.find(org)).toBe(NEW);
  });

  it('ask the store once for calls at the same time', async () => {
    store.held.set(org, OLD);
    const found = await Promise.all(Array.from({ length: 20 }, () => secrets.find(org)));
    expect(new Set(found)).toEqual(new Set([OLD]));
    expect(store.reads).toBe(1);
  });

  it('know at once what is put and deleted through them', async () => {
    await secrets.find(org);
    await secrets.put(org, NEW);
    expect(await secrets.find(org)).toBe(NEW);
    await secrets.delete(org);
    expect(await secrets.find(org)).toBeUndefined();
    expect(store.reads).toBe(1);
  });

  it('are not pushed out by whoever asks for made-up orgs', async () => {
    store.held.set(org, OLD);
    await secrets.find(org);
    for (let n = 0; n < 3_000; n += 1) await secrets.find(freshOrgId());
    store.down = true;
    expect(await secrets.find(org)).toBe(OLD);
    expect(store.reads).toBe(3_001);
  });
});
