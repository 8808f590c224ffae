import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { OrgStore } from '#ports/org-store.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { anOrgState } from '../support/org-states.ts';
import { EPOCH_MS } from '../support/record-writes.ts';

const AT = EPOCH_MS;

/** What every `OrgStore` promises. */
export function defineOrgStoreContract(name: string, make: () => Promise<Harness<OrgStore>>): void {
  describe(`org store: ${name}`, () => {
    const inOrg = contractCases({ make, seed, observe });
    defineStates(inOrg);
    defineLiveness(inOrg);
  });
}

type InOrg = ReturnType<typeof contractCases<OrgStore>>;

async function seed(store: OrgStore, orgId: OrgId): Promise<void> {
  await store.create(anOrgState(orgId));
  await store.noteApexSeen(orgId, AT);
  await store.noteLive(orgId, 'Contact', AT);
  await store.count(orgId, { ties: 1 });
}

async function observe(store: OrgStore, orgId: OrgId): Promise<unknown> {
  return [await store.get(orgId), await store.liveness(orgId)];
}

const NOTHING = { liveThroughMs: {}, counters: {} };

function defineStates(inOrg: InOrg): void {
  inOrg('gives back what was created, once', async (store, org) => {
    expect(await store.get(org)).toBeUndefined();
    const state = anOrgState(org, { name: 'Grün & "Co" \u{1F600}' });
    expect(await store.create(state)).toBe('created');
    expect(await store.create(anOrgState(org, { name: 'other' }))).toBe('exists');
    expect(await store.get(org)).toEqual(state);
  });

  inOrg('creates once when many create at the same time', async (store, org) => {
    const names = Array.from({ length: 8 }, (_, n) => `attempt ${n}`);
    const outcomes = await Promise.all(
      names.map((name) => store.create(anOrgState(org, { name }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect((await store.get(org))?.name).toBe(names[outcomes.indexOf('created')]);
  });

  inOrg('updates what was read, and refuses what is outdated', async (store, org) => {
    const state = anOrgState(org, { problem: 'quota' });
    await store.create(state);
    const { problem: _, ...solved } = state;
    expect(await store.update({ ...solved, phase: 'auditing' })).toBe('updated');
    expect(await store.get(org)).toEqual({ ...solved, phase: 'auditing', revision: 2 });
    expect(await store.update({ ...state, name: 'outdated' })).toBe('conflict');
    expect(await store.get(org)).toEqual({ ...solved, phase: 'auditing', revision: 2 });
    expect(await store.update({ ...state, revision: 3 })).toBe('conflict');
  });

  inOrg('lets one of many updates through', async (store, org) => {
    const state = anOrgState(org);
    await store.create(state);
    const names = Array.from({ length: 12 }, (_, n) => `writer ${n}`);
    const outcomes = await Promise.all(names.map((name) => store.update({ ...state, name })));
    expect(outcomes.filter((outcome) => outcome === 'updated')).toHaveLength(1);
    const stored = await store.get(org);
    expect(stored).toMatchObject({ revision: 2, name: names[outcomes.indexOf('updated')] });
  });

  inOrg('does not create by an update', async (store, org) => {
    expect(await store.update(anOrgState(org))).toBe('conflict');
    expect(await store.get(org)).toBeUndefined();
  });

  inOrg('lists every org, by id', async (store, org) => {
    const state = anOrgState(org);
    await store.create(state);
    const listed = await store.list();
    const ids = listed.map(({ orgId }) => orgId);
    expect(listed.find(({ orgId }) => orgId === org)).toEqual(state);
    expect(ids.length).toBeGreaterThan(2);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  inOrg('forgets a deleted org and its liveness', async (store, org) => {
    await seed(store, org);
    await store.delete(org);
    await store.delete(org);
    expect(await store.get(org)).toBeUndefined();
    expect((await store.list()).map(({ orgId }) => orgId)).not.toContain(org);
    expect(await store.liveness(org)).toEqual(NOTHING);
    expect(await store.create(anOrgState(org))).toBe('created');
    expect(await store.liveness(org)).toEqual(NOTHING);
  });
}

function defineLiveness(inOrg: InOrg): void {
  inOrg('moves Apex last seen forward only', async (store, org) => {
    await store.create(anOrgState(org));
    expect(await store.liveness(org)).toEqual(NOTHING);
    expect(await store.noteApexSeen(org, AT)).toBe('moved');
    expect(await store.noteApexSeen(org, AT)).toBe('kept');
    expect(await store.noteApexSeen(org, AT - 1)).toBe('kept');
    expect(await store.liveness(org)).toEqual({ ...NOTHING, lastApexSeenAtMs: AT });
    expect(await store.noteApexSeen(org, AT + 1)).toBe('moved');
    expect((await store.liveness(org)).lastApexSeenAtMs).toBe(AT + 1);
  });

  inOrg('keeps pings, objects and counters apart', async (store, org) => {
    await store.create(anOrgState(org));
    expect(await store.notePing(org, AT)).toBe('moved');
    expect(await store.notePing(org, AT - 1)).toBe('kept');
    expect(await store.noteLive(org, 'Contact', AT + 1)).toBe('moved');
    expect(await store.noteLive(org, 'Lead', AT + 2)).toBe('moved');
    expect(await store.noteLive(org, 'Lead', AT + 1)).toBe('kept');
    await store.count(org, { ties: 2, Contact: 1 });
    await store.count(org, { ties: 3 });
    await store.count(org, {});
    expect(await store.liveness(org)).toEqual({
      lastPingAtMs: AT,
      liveThroughMs: { Contact: AT + 1, Lead: AT + 2 },
      counters: { ties: 5, Contact: 1 },
    });
  });

  inOrg('loses no note and no count of those made at the same time', async (store, org) => {
    await store.create(anOrgState(org));
    const times = Array.from({ length: 20 }, (_, n) => AT + ((n * 7) % 20));
    const outcomes = await Promise.all(times.map((time) => store.noteApexSeen(org, time)));
    await Promise.all(times.map((time) => store.noteLive(org, 'Task', time)));
    await Promise.all(times.map(() => store.count(org, { stale: 1, ties: 2 })));
    expect(outcomes).toContain('moved');
    expect(await store.liveness(org)).toEqual({
      lastApexSeenAtMs: AT + 19,
      liveThroughMs: { Task: AT + 19 },
      counters: { stale: 20, ties: 40 },
    });
  });

  inOrg('does not touch the state when it notes', async (store, org) => {
    const state = anOrgState(org);
    await store.create(state);
    await store.noteApexSeen(org, AT);
    await store.count(org, { noticesAccepted: 1 });
    expect(await store.get(org)).toEqual(state);
    expect(await store.update({ ...state, name: 'still mine' })).toBe('updated');
    expect((await store.liveness(org)).lastApexSeenAtMs).toBe(AT);
  });

  inOrg('keeps nothing about an org that is not connected', async (store, org) => {
    expect(await store.noteApexSeen(org, AT)).toBe('kept');
    expect(await store.notePing(org, AT)).toBe('kept');
    expect(await store.noteLive(org, 'Contact', AT)).toBe('kept');
    await store.count(org, { ties: 1 });
    expect(await store.liveness(org)).toEqual(NOTHING);
  });
}
