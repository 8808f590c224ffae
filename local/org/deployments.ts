import type { Scheduler } from '../scheduler.ts';
import type { RemoteSite } from './apex/engine/remote-sites.ts';
import type { SubscriberConfig } from './apex/engine/subscribers.ts';
import type { Program, SourceFile } from './apex/program.ts';
import { DeployError } from './deploy-error.ts';
import { type DeployedSource, openDeployedSource } from './deployed-source.ts';
import { EMPTY_PROGRAM } from './empty-program.ts';
import type { OrgSchema } from './schema/org-schema.ts';
import type { SqliteRecordStore } from './store/sqlite-record-store.ts';

/** What a deploy gives the engine to run. */
export interface Deployed {
  readonly program: Program;
  readonly remoteSites: readonly RemoteSite[];
  readonly subscriberConfigs: readonly SubscriberConfig[];
}

export interface Deployments {
  readonly source: DeployedSource;
  /**
   * Puts files over what was deployed before, all or nothing.
   * @throws DeployError with everything that is wrong; the org is as before then
   */
  deploy(files: readonly SourceFile[]): Deployed;
}

export function openDeployments(
  _schema: OrgSchema,
  store: SqliteRecordStore,
  scheduler: Scheduler,
): Deployments {
  const source = openDeployedSource(store.documents, scheduler.now());
  return {
    source,
    deploy(files) {
      const all = source.with(files);
      if (all.length > 0) {
        throw new DeployError(
          all.map(({ path }) => ({ file: path, message: 'not deployable yet' })),
        );
      }
      return { program: EMPTY_PROGRAM, remoteSites: [], subscriberConfigs: [] };
    },
  };
}
