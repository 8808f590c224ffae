import type { MovableScheduler } from '../scheduler.ts';
import type { CalloutSender } from './apex/engine/callout-sender.ts';
import type { DelayName } from './apex/engine/delays.ts';
import type { TransactionReport } from './apex/engine/transaction-report.ts';
import type { CompileApex, SourceFile } from './apex/program.ts';
import type { ConnectedApp } from './api/auth/connected-apps.ts';
import type { JwtRules } from './api/auth/jwt-assertion.ts';
import type { LimitName } from './api/limit-table.ts';
import type { PackageVersion } from './api/packaging/package-version.ts';
import type { Edition } from './editions.ts';

export interface OrgOptions {
  /** A file, or `:memory:`. */
  readonly database: string;
  /** 18 characters, prefix 00D; only a new database takes it. */
  readonly orgId: string;
  /** Where clients reach the org, without a slash at the end: `http://127.0.0.1:8081`. */
  readonly instanceUrl: string;
  /** Folders of SFDX source to deploy; what was deployed before stays. */
  readonly sources?: readonly string[];
  /** Source that was read already, in place of `sources`: many orgs of one process need not read it again. */
  readonly sourceFiles?: readonly SourceFile[];
  /** Packages that may be installed by their link, `/packaging/installPackage.apexp?p0=04t…`. */
  readonly packages?: readonly PackageVersion[];
  readonly connectedApps?: readonly ConnectedApp[];
  /** Strictness of JWT assertions; lenient by default. */
  readonly jwtRules?: Partial<JwtRules>;
  /** Origins as Apex calls them → where this machine serves them. */
  readonly calloutMap?: ReadonlyMap<string, string>;
  /** Compiles deployed Apex; in this process by default, `compileApart` does it in another and keeps the result. */
  readonly compile?: CompileApex;
  /** How long events, jobs and Bulk jobs wait. */
  readonly delays?: DelayName;
  /** Of ids of requests, tokens, delays; unguessable where strangers can reach the org. */
  readonly seed: string;
  readonly scheduler: MovableScheduler;
  /** Carries callouts; in a simulation, its own. */
  readonly sender: CalloutSender;
  /** The machine's CPU clock in milliseconds, for the Apex CPU limit; none in a simulation. */
  readonly cpuNow?: () => number;
  /** Guards `/__org/…`. */
  readonly adminToken: string;
  /** What the org is sold as; a Developer Edition by default. Only a new database takes its name. */
  readonly edition?: Edition;
  /** Allocations that differ from a Developer Edition org's. */
  readonly limits?: Readonly<Partial<Record<LimitName, number>>>;
  /** Told of failures that are the org's own fault. */
  readonly onError?: (error: unknown) => void;
  /** Told of `System.debug` messages. */
  readonly onDebug?: (message: string) => void;
  /** Told of every Apex transaction that ends, with what it used of its limits; measuring costs a little time. */
  readonly onTransaction?: (report: TransactionReport) => void;
}
