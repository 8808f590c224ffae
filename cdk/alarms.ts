export interface AlarmPlan {
  /** By the name the monitoring stack gives it. */
  readonly metric: string;
  readonly threshold: number;
  /** Of five minutes each, all of them beyond the threshold. */
  readonly periods: number;
  /** One sentence: what is the matter. */
  readonly meaning: string;
  /** Alarms under the threshold, not at and over it. */
  readonly below?: boolean;
  /** No data is as bad as bad data. */
  readonly silenceIsTrouble?: boolean;
  /** Part of the composite alarm on a mirror that does not follow Salesforce. */
  readonly stalesMirror?: boolean;
  readonly onlyComposite?: boolean;
}

/** Every alarm by its name, which is also the heading of its entry in docs/operations.md (a test compares them). */
export const ALARMS: Readonly<Record<string, AlarmPlan>> = {
  DeadLetters: {
    metric: 'DeadLetters',
    threshold: 1,
    periods: 1,
    meaning: 'Messages were set aside by a queue and not taken over by the scheduler.',
  },
  MessagesParked: {
    metric: 'MessagesParked',
    threshold: 1,
    periods: 1,
    meaning: 'Notices could not be applied and wait among the dead letters.',
  },
  NoticesWait: {
    metric: 'OldestNotice',
    threshold: 900,
    periods: 2,
    meaning: 'Notices wait for over 15 minutes to be applied.',
    stalesMirror: true,
    onlyComposite: true,
  },
  BulkWaits: {
    metric: 'OldestBulkMessage',
    threshold: 3_600,
    periods: 2,
    meaning: 'A step of an audit or of interval sync waits for over an hour.',
    stalesMirror: true,
    onlyComposite: true,
  },
  ActivitiesWait: {
    metric: 'OldestActivity',
    threshold: 1_800,
    periods: 1,
    meaning: 'Mixmax activity waits for over 30 minutes to be written to Salesforce.',
  },
  CalendarChangesLate: {
    metric: 'CalendarChangeAgeMinutes',
    threshold: 30,
    periods: 1,
    meaning: 'A calendar change was not in Salesforce 30 minutes after it was accepted.',
  },
  FunctionErrors: {
    metric: 'Errors',
    threshold: 5,
    periods: 2,
    meaning: 'Functions fail again and again.',
  },
  FunctionThrottles: {
    metric: 'Throttles',
    threshold: 10,
    periods: 2,
    meaning: 'Functions are refused because too many run at once.',
  },
  SweepStopped: {
    metric: 'SweepRuns',
    threshold: 3,
    periods: 2,
    meaning: 'The scheduler did not run every minute: nobody notices quiet orgs.',
    below: true,
    silenceIsTrouble: true,
    stalesMirror: true,
  },
  FrontDoorErrors: {
    metric: 'ApiServerErrors',
    threshold: 5,
    periods: 2,
    meaning: 'The front door answers 5xx: Apex must send again.',
  },
  SignaturesRejected: {
    metric: 'SignatureRejected',
    threshold: 20,
    periods: 1,
    meaning: 'Notices come with wrong signatures: a wrong token in an org, or somebody trying.',
  },
  BulkJobsFail: {
    metric: 'BulkJobsFailed',
    threshold: 3,
    periods: 2,
    meaning: 'Bulk API jobs fail again and again.',
    stalesMirror: true,
    onlyComposite: true,
  },
  ProofIsOld: {
    metric: 'CompleteThroughAgeMinutes',
    threshold: 480,
    periods: 3,
    meaning: 'The mirror of an org has not been proven complete for over eight hours.',
    stalesMirror: true,
    onlyComposite: true,
  },
  QuotaRunsOut: {
    metric: 'QuotaLeftPercent',
    threshold: 10,
    periods: 1,
    meaning: 'An org has less than a tenth of its daily API requests left.',
    below: true,
  },
};
