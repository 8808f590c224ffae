/** How long the log of changes is kept, ms: a year. */
export const CHANGES_KEPT_MS = 365 * 24 * 3_600_000;
