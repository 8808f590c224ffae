import type { BulkRows } from '#core/bulk-rows.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { BulkColumn } from '#core/pass.ts';
import type { Purpose } from '#core/quota.ts';
import type { Fields } from '#core/record.ts';
import type { SyncPermission, Trial } from '#core/sync-user.ts';
import type { SalesforceCredentials } from './secrets.ts';

interface DescribedField {
  readonly name: string;
  /** Salesforce's field type, e.g. `string`, `datetime`, `address`. */
  readonly type: string;
  readonly label: string;
  readonly calculated: boolean;
  /** The formula's text, where the describe tells it. */
  readonly calculatedFormula: string | null;
  readonly referenceTo: readonly string[];
  /** Set on the parts of an address or a name. */
  readonly compoundFieldName: string | null;
  /** Active values of a picklist, in their order; absent for other types. */
  readonly picklistValues?: readonly string[];
  /** Characters that a text may have; absent for other types. */
  readonly length?: number;
  /** The user may set it in a new record. */
  readonly createable?: boolean;
  /** Salesforce makes no record without it, and fills nothing in by itself. */
  readonly required?: boolean;
}

export interface DescribedObject {
  readonly name: string;
  readonly label: string;
  /** getUpdated and getDeleted serve it. */
  readonly replicateable: boolean;
  readonly fields: readonly DescribedField[];
  readonly childRelationships: readonly {
    readonly childSObject: string;
    readonly field: string;
    readonly cascadeDelete: boolean;
  }[];
}

/** A record as read: field values in the mirror's form (see core/record.ts), `Id` and `attributes` taken out. */
export interface ReadRecord {
  readonly id: RecordId;
  readonly fields: Fields;
}

/** How one row of several was saved. */
export type RowSaved =
  | { readonly outcome: 'saved'; readonly id: RecordId }
  /** The rest of the call is not touched by it. `reason`: Salesforce's code and fields, no values. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly retryable: boolean };

/** Rows that `createRows` and `updateRows` take at once. */
export const MAX_SAVED_ROWS = 1_000;

export interface Allocation {
  readonly max: number;
  readonly used: number;
}

export interface BulkJobInfo {
  readonly id: string;
  readonly state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
  /** Salesforce's clock, ms. */
  readonly createdAtMs: number;
  readonly apiVersion: string;
  readonly numberRecordsProcessed?: number;
  readonly errorMessage?: string;
}

export interface BulkPage {
  /** `Sforce-NumberOfRecords`; the rows of the stream are counted against it by the reader, short fails loudly. */
  readonly numberOfRecords: number;
  /** Next page, or null. */
  readonly locator: string | null;
  /**
   * Rows in chunks of at most 500, their values in the mirror's form. The header is checked against the columns and
   * left out.
   */
  readonly chunks: AsyncIterable<BulkRows>;
}

export interface InstalledPackage {
  readonly name: string;
  readonly namespace: string | null;
  /** `1.2.3` */
  readonly version: string;
}

/**
 * One org, as its Sync User. Sessions are renewed inside. Costs are API calls of the org's daily quota.
 * Every method throws AppError: `salesforce-unavailable` (retryable), `salesforce-quota`, `salesforce-refused`
 * (with Salesforce's error code in the message), `unauthorized` when the Sync User can no longer sign in.
 */
export interface Salesforce {
  /**
   * Who the token belongs to: ids from Salesforce, never from the caller.
   * @throws AppError conflict for an org, or a Sync User, that has no API
   */
  identity(): Promise<{
    orgId: OrgId;
    userId: RecordId;
    username: string;
    orgName: string;
    /** `Enterprise Edition`, as Salesforce calls it. */
    edition: string;
  }>;
  /**
   * Undefined for an object the Sync User does not see. Kept for 10 minutes; `fresh` asks anew. Costs one call.
   */
  describe(object: string, options?: { fresh?: boolean }): Promise<DescribedObject | undefined>;
  /** One call per 2,000 ids: `null` means gone or invisible. `readAtMs` = the answer's `Date` minus its duration, org clock. */
  retrieve(
    object: string,
    ids: readonly RecordId[],
    fields: readonly string[],
  ): Promise<{ records: readonly (ReadRecord | null)[]; readAtMs: number }>;
  /** All rows of a SOQL query (`all`: queryAll, with deleted rows), page by page. */
  query(
    soql: string,
    options?: { all?: boolean },
  ): AsyncIterable<{ records: readonly ReadRecord[]; readAtMs: number }>;
  /** All rows of several SOQL queries, in their order. Costs one call for every five, and one for each further page. */
  queryAll(soqls: readonly string[]): Promise<readonly (readonly ReadRecord[])[]>;
  /** How many rows a query without columns finds (`all`: with deleted ones). Costs one call. */
  count(object: string, where?: string, options?: { all?: boolean }): Promise<number>;
  /**
   * What the org allots, by Salesforce's names (`DailyApiRequests` …), some minutes behind. Wants *View Setup and
   * Configuration*. Costs one call.
   */
  allocations(): Promise<ReadonlyMap<string, Allocation>>;
  updatedIds(
    object: string,
    startMs: number,
    endMs: number,
  ): Promise<{ ids: readonly RecordId[]; latestDateCoveredMs: number }>;
  /** A window that begins before what Salesforce still lists names `earliestDateAvailableMs` after its beginning. */
  deletedIds(
    object: string,
    startMs: number,
    endMs: number,
  ): Promise<{
    deleted: readonly { id: RecordId; deletedAtMs: number }[];
    earliestDateAvailableMs: number;
    latestDateCoveredMs: number;
  }>;
  /** `assignmentRules`: whether the org's default assignment rule of leads and cases runs; absent = as the org does. */
  create(
    object: string,
    fields: Fields,
    options?: { readonly assignmentRules?: boolean },
  ): Promise<RecordId>;
  /**
   * One call for at most `MAX_SAVED_ROWS` rows of one object, each saved for itself; outcomes in the order of the rows.
   * Not repeated: after `salesforce-unavailable` some rows may have been saved.
   */
  createRows(object: string, rows: readonly Fields[]): Promise<readonly RowSaved[]>;
  /** As `createRows`, by `Id`. */
  updateRows(
    object: string,
    rows: readonly (Fields & { readonly Id: RecordId })[],
  ): Promise<readonly RowSaved[]>;
  /** By external id, all or none, 200 rows a call; safe to repeat. Every row holds `externalIdField`. */
  upsert(object: string, externalIdField: string, rows: readonly Fields[]): Promise<void>;
  /** Publishes one platform event. */
  publish(event: string, fields: Fields): Promise<void>;
  update(object: string, id: RecordId, fields: Fields): Promise<void>;
  remove(object: string, ids: readonly RecordId[]): Promise<void>;
  /** Salesforce's clock now, ms (from an answer's `Date`; cached offset, renewed every 10 minutes). */
  clockMs(): Promise<number>;

  /** Triggers and Remote Site Settings of the org. Costs 2 calls. */
  setup(): Promise<{
    readonly triggers: readonly { readonly name: string; readonly active: boolean }[];
    readonly remoteSites: readonly { readonly url: string; readonly active: boolean }[];
  }>;

  /**
   * Tries an operation that only the permission allows, and that changes nothing (R18). `untried`: without API Enabled
   * nothing can be tried, and without the package's settings Customize Application cannot. Costs one call.
   */
  tryPermission(
    permission: SyncPermission,
    about: {
      readonly userId: string;
      /** Name of the package's settings in the org; absent while it is not there. */
      readonly settingsObject?: string;
    },
  ): Promise<Trial>;
  /**
   * Packages installed in the org, other than by deploying source. Costs one call.
   * @throws AppError salesforce-refused without View Setup and Configuration
   */
  installedPackages(): Promise<readonly InstalledPackage[]>;
  /**
   * Deploys a Remote Site Setting, active: Apex may call the origin from then on. Costs 2 to 30 calls.
   * @throws AppError salesforce-refused naming why the org did not take it
   */
  deployRemoteSite(site: { readonly name: string; readonly origin: string }): Promise<void>;

  /**
   * Creates fields of Tasks and Events, with a permission set whose holders may edit them. Costs 2 to 30 calls.
   * @throws AppError salesforce-refused naming why the org did not take it
   */
  deployActivityFields(setup: {
    readonly fields: readonly NewActivityField[];
    readonly permissionSet: NewPermissionSet;
  }): Promise<void>;

  /**
   * Begins to deploy a ZIP in the metadata format; all of it is taken, or nothing. Costs one call.
   * @param options.runTests Apex test classes that must pass; none = no test is run
   * @returns id of the deployment, `0Af…`
   */
  beginDeployment(
    zip: Uint8Array,
    options: { readonly runTests: readonly string[] },
  ): Promise<string>;
  /** Costs one call. */
  deployment(id: string): Promise<DeploymentProgress>;

  /** Undefined where the Bulk API does not serve the object, or one of the fields, although REST does. */
  createQueryJob(soql: string, operation: 'query' | 'queryAll'): Promise<BulkJobInfo | undefined>;
  getQueryJob(jobId: string): Promise<BulkJobInfo>;
  /** `locator` undefined = first page. The same locator may be read again. */
  queryJobResults(
    jobId: string,
    locator: string | undefined,
    maxRecords: number,
    columns: readonly BulkColumn[],
  ): Promise<BulkPage>;
  deleteQueryJob(jobId: string): Promise<void>;
}

export interface DeploymentProgress {
  readonly state: 'running' | 'done' | 'failed';
  readonly components: { readonly done: number; readonly total: number };
  readonly tests: { readonly done: number; readonly total: number };
  /** Why it failed, in the org's words: names of components and tests, no record's values. */
  readonly problems: readonly string[];
}

/** A field to be created of Tasks and Events. */
export interface NewActivityField {
  /** `…__c` */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'date-time' | 'text' | 'number';
}

export interface NewPermissionSet {
  readonly name: string;
  readonly label: string;
  /** Fields as `Task.Name__c`. */
  readonly editable: readonly string[];
}

/** An External Client App or connected app of Salesforce. */
export interface OAuthClient {
  /** The consumer key. */
  readonly clientId: string;
  /** Absent where the app asks for none in the web server flow. */
  readonly clientSecret?: string;
}

export interface ConnectingSalesforce extends Salesforce {
  readonly instanceUrl: string;
  /** To be stored: a sign-in may have rotated the refresh token. */
  credentials(): SalesforceCredentials;
}

/** A user of an org who is written as himself. */
export interface SalesforceUser {
  readonly userId: RecordId;
  readonly credentials: SalesforceCredentials;
  /** Stores credentials that a sign-in has rotated, before anything is done with the new session. */
  onRotated(credentials: SalesforceCredentials): Promise<void>;
}

type OrgReach = Pick<
  OrgState,
  'orgId' | 'instanceUrl' | 'loginUrl' | 'apiVersion' | 'quotaSharePercent'
>;

export interface SalesforceOrgs {
  /**
   * Signs in lazily. Calls are counted under the purpose, by default `admin`, and refused with `salesforce-quota` while
   * it must wait (R14).
   * @throws AppError not-found for an org that is not connected
   */
  forOrg(org: OrgReach, purpose?: Purpose): Promise<Salesforce>;
  /** As `forOrg`, as another user than the Sync User; calls are counted under the user, too. */
  forUser(org: OrgReach, user: SalesforceUser, purpose: Purpose): Promise<Salesforce>;
  /**
   * Where a browser signs in, by the OAuth web server flow with PKCE.
   * @throws AppError invalid-input for a host that is no login host of Salesforce
   */
  authorizeUrl(
    loginUrl: string,
    request: {
      readonly clientId: string;
      readonly redirectUri: string;
      readonly state: string;
      /** SHA-256 of the code verifier, base64url. */
      readonly codeChallenge: string;
    },
  ): string;
  /**
   * Trades the code that the browser brought for a refresh token.
   * @throws AppError gone for a code that is used or too old, invalid-input for an unknown app
   */
  redeemCode(
    loginUrl: string,
    grant: {
      readonly client: OAuthClient;
      readonly code: string;
      readonly codeVerifier: string;
      readonly redirectUri: string;
    },
  ): Promise<string>;
  /** For connecting an org that is not stored yet. */
  withCredentials(
    loginUrl: string,
    apiVersion: string,
    credentials: SalesforceCredentials,
  ): Promise<ConnectingSalesforce>;
}
