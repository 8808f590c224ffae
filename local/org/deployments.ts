import type { Scheduler } from '../scheduler.ts';
import type { CompileApex, CompileResult, Program, SourceFile } from './apex/program.ts';
import { writeCodeRows } from './code-rows.ts';
import { DeployError, type DeployProblem } from './deploy-error.ts';
import { type DeployedSource, openDeployedSource, type SourceChange } from './deployed-source.ts';
import { removeGone } from './removals.ts';
import { createKeyPrefixes } from './schema/key-prefixes.ts';
import type { Metadata } from './schema/metadata.ts';
import type { OrgSchema } from './schema/org-schema.ts';
import type { Schema } from './schema/schema.ts';
import { tryDeploy } from './schema/source/deploy-source.ts';
import { isLabelFile } from './schema/source/read-labels.ts';
import { loadStandardSchema } from './schema/standard-schema.ts';
import { queryProblem } from './soql/query-problem.ts';
import { createSoqlEngine } from './soql/soql-engine.ts';
import { DeployedRowError } from './store/deployed-rows.ts';
import type { SaveContext } from './store/record-store.ts';
import { areActivitiesShared } from './store/rules/activity-relations.ts';
import type { SqliteRecordStore } from './store/sqlite-record-store.ts';
import { inactiveTriggers } from './trigger-status.ts';

/** What a deploy gives the engine to run. */
export interface Deployed {
  readonly program: Program;
  readonly metadata: Metadata;
  /** Names in lower case of triggers that do not run. */
  readonly inactiveTriggers: ReadonlySet<string>;
  /** False when everything was there already, as after a mere restart. */
  readonly changed: boolean;
}

export interface Deployments {
  readonly source: DeployedSource;
  /**
   * Changes what was deployed before, all or nothing. Rows of objects and values of fields that go are lost.
   * @throws DeployError with everything that is wrong; the org is as before then
   */
  deploy(change: SourceChange): Deployed;
  /**
   * Checks what `deploy` would do; nothing is changed.
   * @throws DeployError
   */
  check(change: SourceChange): void;
  /** Compiles an anonymous block together with what is deployed; nothing is changed. */
  compileAnonymous(block: string): CompileResult;
}

export interface DeploymentsDeps {
  /** The schema everybody reads; a deploy changes it in place. */
  readonly schema: OrgSchema;
  readonly store: SqliteRecordStore;
  readonly scheduler: Scheduler;
  readonly compile: CompileApex;
  /** Stamps what a deploy writes; 18 characters. */
  readonly userId: string;
}

const ANONYMOUS_FILE = 'AnonymousBlock.apex';

/** What the compiler reads: code, and the labels that it names. */
function isCode(path: string): boolean {
  return /\.(cls|trigger)$/.test(path) || isLabelFile(path);
}

export function openDeployments(deps: DeploymentsDeps): Deployments {
  const { store, scheduler } = deps;
  const source = openDeployedSource(store.documents, scheduler.now());
  return {
    source,
    compileAnonymous(block) {
      const code = source.files.filter(({ path }) => isCode(path));
      const soql = createSoqlEngine({ schema: deps.schema, database: store.database });
      return deps.compile([...code, { path: ANONYMOUS_FILE, text: block }], deps.schema, {
        checkSoql: queryProblem(soql),
      });
    },
    check(change) {
      const all = source.after(change);
      const tried = tryDeploy(loadStandardSchema(), all, createKeyPrefixes());
      refuseUnsharing(deps.schema, tried.schema);
      compileCode(deps, all, tried.schema, tried.problems);
    },
    deploy(change) {
      const all = source.after(change);
      const tried = tryDeploy(loadStandardSchema(), all, store.keyPrefixes);
      refuseUnsharing(deps.schema, tried.schema);
      const program = compileCode(deps, all, tried.schema, tried.problems);
      const changed = !source.isCurrent(all);
      const context: SaveContext = { nowMs: scheduler.now(), userId: deps.userId };
      const before = deps.schema.all();
      withSchema(deps, tried.schema, () => {
        store.migrate();
        if (!changed) return;
        source.save(all, scheduler.now());
        writeCodeRows(store, all, context);
        store.relateKnownActivities(context);
        writeDeployedRows(store, tried.metadata, context);
        store.applyPermissionSets(tried.metadata.permissionSets, context);
        if (change.removed.length > 0) removeGone(store, before, change.removed, all);
      });
      const { metadata } = tried;
      return { program, metadata, inactiveTriggers: inactiveTriggers(all), changed };
    },
  };
}

/**
 * Shared Activities stay once they are on, as in Salesforce: without them the rows that relate an event to its records
 * would read as invitations.
 * @throws DeployError
 */
function refuseUnsharing(before: Schema, next: Schema): void {
  if (!areActivitiesShared(before) || areActivitiesShared(next)) return;
  const file = 'settings/Activities.settings-meta.xml';
  throw new DeployError([{ file, message: 'Shared Activities cannot be switched off.' }]);
}

/** @throws DeployError */
function writeDeployedRows(store: SqliteRecordStore, rows: Metadata, context: SaveContext): void {
  try {
    store.applyDeployedRows(rows, context);
  } catch (error) {
    if (!(error instanceof DeployedRowError)) throw error;
    throw new DeployError([{ file: error.file, message: error.message }]);
  }
}

/** Writes under a new schema in one transaction; when that fails, the schema is the old one again. */
function withSchema({ schema, store }: DeploymentsDeps, next: OrgSchema, write: () => void): void {
  const before = schema.all();
  schema.restore(next.all());
  try {
    store.database.atomically(write);
  } catch (error) {
    schema.restore(before);
    store.database.forgetStatements();
    throw error;
  }
}

/** @throws DeployError with the schema's problems and the compiler's */
function compileCode(
  { store, compile }: DeploymentsDeps,
  files: readonly SourceFile[],
  schema: OrgSchema,
  earlier: readonly DeployProblem[],
): Program {
  const code = files.filter(({ path }) => isCode(path));
  const soql = createSoqlEngine({ schema, database: store.database });
  const { program, problems } = compile(code, schema, {
    checkSoql: queryProblem(soql),
  });
  if (program === undefined || problems.length > 0 || earlier.length > 0) {
    throw new DeployError([...earlier, ...problems]);
  }
  return program;
}
