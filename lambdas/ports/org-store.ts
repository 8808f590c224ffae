import type { OrgId } from '#core/ids.ts';
import type { Liveness, OrgState } from '#core/org.ts';

/** Connected orgs and their hot values. */
export interface OrgStore {
  create(state: OrgState): Promise<'created' | 'exists'>;
  get(orgId: OrgId): Promise<OrgState | undefined>;
  /** Writes `next` with revision + 1 if the stored revision is still `next.revision`. */
  update(next: OrgState): Promise<'updated' | 'conflict'>;
  /** All orgs, by id. */
  list(): Promise<readonly OrgState[]>;
  /** With its liveness; secrets and mirror are elsewhere. */
  delete(orgId: OrgId): Promise<void>;

  /** What is noted about an org that is not connected is dropped: notes answer `kept`, counts are not added. */
  liveness(orgId: OrgId): Promise<Liveness>;
  /** Atomic maximum. */
  noteApexSeen(orgId: OrgId, atMs: number): Promise<'moved' | 'kept'>;
  notePing(orgId: OrgId, atMs: number): Promise<'moved' | 'kept'>;
  noteLive(orgId: OrgId, object: string, atMs: number): Promise<'moved' | 'kept'>;
  /** Atomic sums, one write for all names. */
  count(orgId: OrgId, increments: Readonly<Record<string, number>>): Promise<void>;
}
