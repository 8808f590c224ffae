import type { PluginMachine } from './plugin-machine.ts';
import type { PracticeOrg } from './practice-org.ts';
import type { SalesforceCli } from './salesforce-cli.ts';

/** What every case works with. Cases run one after the other on the same org. */
export interface World {
  readonly org: PracticeOrg;
  readonly sf: SalesforceCli;
  /** Loads a package of the installed clients. */
  readonly require: NodeJS.Require;
  /** An empty folder for files; absolute. */
  readonly folder: string;
  /** Starts what the plugin is tried on, once. */
  machine(): Promise<PluginMachine>;
  /** The connected app the org knows, and its private key. */
  readonly connectedApp: { readonly clientId: string; readonly keyFile: string };
}

/** One thing a client does. */
export interface ConformanceCase {
  /** What a person would call it: `sf data query`. */
  readonly name: string;
  /** Does it and looks at its effect in the org. @throws Error saying what was expected and what came */
  run(world: World): Promise<void>;
}

/**
 * Compares what came with what was expected.
 * @throws Error naming both, when they differ
 */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [came, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (came !== wanted) throw new Error(`${what}: expected ${wanted}, got ${came}`);
}

/** @throws Error with `what` unless it holds */
export function expectTrue(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
