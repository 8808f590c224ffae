import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { freshOrgId } from './salesforce-ids.ts';

/** Thrown by `make` when a machine lacks what the adapter runs on: its cases are then skipped with this reason. */
export class NotHereError extends Error {}

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
  let harness: Harness<Subject>;
  let missing: string | undefined;
  beforeAll(async () => {
    try {
      harness = await options.make();
    } catch (error) {
      if (!(error instanceof NotHereError)) throw error;
      missing = error.message;
    }
  });
  afterAll(async () => harness?.close());

  return (title, body) => {
    it(title, async ({ skip }) => {
      if (missing !== undefined) skip(missing);
      const { subject } = harness;
      const before = freshOrgId();
      const orgId = freshOrgId();
      const neighbours = [before, freshOrgId()];
      const observeAll = () =>
        Promise.all(neighbours.map((neighbour) => options.observe(subject, neighbour)));
      for (const neighbour of neighbours) await options.seed(subject, neighbour);
      const seen = await observeAll();

      await body(subject, orgId);

      expect(await observeAll(), 'data of other orgs').toEqual(seen);
    });
  };
}
