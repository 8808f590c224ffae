interface OwnMetric {
  /** The function that writes it: the only dimension. */
  readonly service: string;
  readonly statistic: string;
}

/** What the functions measure themselves, in CloudWatch's embedded format, and how it is summed up. */
export const OWN_METRICS: Readonly<Record<string, OwnMetric>> = {
  NoticesAccepted: { service: 'gateway', statistic: 'Sum' },
  SignatureRejected: { service: 'gateway', statistic: 'Sum' },
  RejectedByTime: { service: 'gateway', statistic: 'Sum' },
  RejectedByBody: { service: 'gateway', statistic: 'Sum' },
  RejectedBySize: { service: 'gateway', statistic: 'Sum' },
  RejectedByRemoval: { service: 'gateway', statistic: 'Sum' },
  ChangesDropped: { service: 'gateway', statistic: 'Sum' },
  NoticesApplied: { service: 'worker', statistic: 'Sum' },
  NoticeLagSeconds: { service: 'worker', statistic: 'p95' },
  WritesApplied: { service: 'worker', statistic: 'Sum' },
  WritesStale: { service: 'worker', statistic: 'Sum' },
  WritesTied: { service: 'worker', statistic: 'Sum' },
  MessagesParked: { service: 'worker', statistic: 'Sum' },
  BulkRowsImported: { service: 'bulk', statistic: 'Sum' },
  BulkJobsFailed: { service: 'bulk', statistic: 'Sum' },
  PassesRunning: { service: 'scheduler', statistic: 'Maximum' },
  CompleteThroughAgeMinutes: { service: 'scheduler', statistic: 'Maximum' },
  QuotaLeftPercent: { service: 'scheduler', statistic: 'Minimum' },
  ActivitiesAccepted: { service: 'admin', statistic: 'Sum' },
  ActivitiesWritten: { service: 'activity', statistic: 'Sum' },
  ActivitiesFailed: { service: 'activity', statistic: 'Sum' },
  CalendarChangeAgeMinutes: { service: 'activity', statistic: 'Maximum' },
};
