import { beforeEach, describe, expect, it } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { OrgStore } from '#ports/org-store.ts';
import { createKnownOrgs } from '#usecases/known-orgs.ts';

const ORG = '00DDp0000000001MAA' as OrgId;

let nowMs: number;
let reads: number;
let stored: OrgState | undefined;

const known = () => {
  const orgs: Pick<OrgStore, 'get'> = {
    async get() {
      reads += 1;
      return stored;
    },
  };
  const clock = { now: () => nowMs, sleep: async () => {} };
  return createKnownOrgs({ orgs: orgs as OrgStore, clock });
};

beforeEach(() => {
  nowMs = 1_000_000;
  reads = 0;
  stored = { orgId: ORG, name: 'first' } as OrgState;
});

describe('what the gateway remembers of orgs', () => {
  it('spares the reads of ten seconds', async () => {
    const { recent } = known();
    await recent(ORG);
    stored = { orgId: ORG, name: 'second' } as OrgState;
    nowMs += 9_999;
    expect((await recent(ORG))?.name).toBe('first');
    expect(reads).toBe(1);
    nowMs += 1;
    expect((await recent(ORG))?.name).toBe('second');
    expect(reads).toBe(2);
  });

  it('is renewed by whoever asks for what is stored now', async () => {
    const { recent, now } = known();
    await recent(ORG);
    stored = { orgId: ORG, name: 'second' } as OrgState;
    expect((await now(ORG))?.name).toBe('second');
    expect((await recent(ORG))?.name).toBe('second');
  });

  it('holds no org that is unknown, and none from a clock that was put back', async () => {
    const { recent } = known();
    stored = undefined;
    expect(await recent(ORG)).toBeUndefined();
    stored = { orgId: ORG, name: 'new' } as OrgState;
    expect((await recent(ORG))?.name).toBe('new');
    nowMs -= 60_000;
    await recent(ORG);
    expect(reads).toBe(3);
  });
});
