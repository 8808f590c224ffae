/** The package's Apex with one thing broken on purpose, and the tests that must notice. */
export interface Breakage {
  /** What is broken, as a person would say it. */
  readonly name: string;
  /** File name of the class or trigger. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** `Class.method` of Apex tests, each of which must fail. All tests of their classes are run. */
  readonly foundBy: readonly string[];
}

/** One item of the plan of Apex tests. */
export interface PlanItem {
  /** 1 to 14 as planned; from 15 on, what came later. */
  readonly item: number;
  readonly title: string;
  readonly breakages: readonly Breakage[];
}

/** What became of one breakage. `fault` says why it could not be tried. */
export type Verdict =
  | { readonly kind: 'found' }
  | { readonly kind: 'not found'; readonly passing: readonly string[] }
  | { readonly kind: 'fault'; readonly reason: string };
