import type { Org } from '@salesforce/core';
import type { Workbench } from '../../package/workbench.ts';
import type { OrgFacts } from '../org-facts.ts';

/** What connecting an org works with. */
export interface Connecting {
  readonly org: Org;
  /** 18 characters. */
  readonly orgId: string;
  readonly facts: OrgFacts;
  /** `https://host`, no slash at the end. */
  readonly url: string;
  /** Tried, and not used up; undefined for an org that is connected, and where only the plan is shown. */
  readonly setupCode: string | undefined;
  /** 04t…; undefined deploys the source that the plugin brings along. */
  readonly packageVersion: string | undefined;
  readonly pollOnly: boolean;
  readonly bench: Workbench;
}

/** One thing that connecting does. A step that was done before is passed by, so an interrupted command goes on. */
export interface Step {
  /** What it will do, in one sentence. */
  readonly title: string;
  isDone(): Promise<boolean>;
  run(): Promise<void>;
}
