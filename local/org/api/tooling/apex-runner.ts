import type { AnonymousOutcome } from '../../anonymous-apex.ts';
import type { ApexTestReport } from '../../apex-tests.ts';
import type { RestAnswer, RestCall } from '../../rest-resources.ts';

/** What clients may have run of Apex that is not triggered by data. */
export interface ApexRunner {
  /**
   * Runs a block of Apex as that user, in one transaction that is undone when it fails.
   * @param userId 18 characters
   */
  executeAnonymous(block: string, userId: string): Promise<AnonymousOutcome>;
  /**
   * Runs the deployed class that serves the path under `/services/apexrest`.
   * @throws OrgError
   */
  callRest(call: RestCall): Promise<RestAnswer>;
  /** Deployed classes with test methods, by name. */
  testClasses(): readonly TestClass[];
  /**
   * Runs tests of the deployed code in an empty org of their own: this org's records neither show nor change.
   * @param names `OrderTest` or `OrderTest.shouldShip`; empty = every test
   * @throws Error naming a test that does not exist
   */
  runTests(names: readonly string[]): ApexTestReport;
}

export interface TestClass {
  readonly name: string;
  readonly methods: readonly string[];
}
