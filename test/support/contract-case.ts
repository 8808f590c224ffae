import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { freshOrgId, lateOrgId } from './salesforce-ids.ts';

/** Thrown by `make` when a machine lacks what the adapter runs on: its cases are then skipped with this reason. */
export class NotHereError extends Error {}

/** Stand-ins that begin by compiling take a busy machine long. */
const LONGEST_START_MS = 600_000;

/** An adapter under test, and how to shut it down. */
export interface Harness<Subject> {
  readonly subject: Subject;
  close(): Promise<void>;
}

export interface ContractOptions<Subject> {
  /** Called once per suite. */
  make(): Promise<Harness<Subject>>;
  /** Gives an org data, with the same record ids and names in every org. */
  seed(subject: Subject, orgId: OrgId): Promise<void>;
  /** All of an org's data that the port shows. */
  observe(subject: Subject, orgId: OrgId): Promise<unknown>;
}

export type ContractCase<Subject> = (
  title: string,
  body: (subject: Subject, orgId: OrgId) => Promise<void>,
) => void;

/**
 * Cases of a port's contract. Every case runs in a fresh org between two others that hold data under the very same
 * keys: the case must see none of it, and afterwards both must be as they were (R19).
 */
export function contractCases<Subject>(options: ContractOptions<Subject>): ContractCase<Subject> {
  const neighbours = [freshOrgId(), lateOrgId()];
  let harness: Harness<Subject>;
  let missing: string | undefined;
  let seen: unknown;
  const observeNeighbours = () =>
    Promise.all(neighbours.map((neighbour) => options.observe(harness.subject, neighbour)));

  beforeAll(async () => {
    try {
      harness = await options.make();
      for (const neighbour of neighbours) await options.seed(harness.subject, neighbour);
      seen = await observeNeighbours();
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error;
      missing = error.message;
    }
  }, LONGEST_START_MS);
  afterAll(async () => harness?.close());

  return (title, body) => {
    it(title, async ({ skip }) => {
      if (missing !== undefined) skip(missing);
      await body(harness.subject, freshOrgId());
      expect(await observeNeighbours(), 'data of other orgs').toEqual(seen);
    });
  };
}
