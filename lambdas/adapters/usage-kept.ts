/** Hours of API use are kept for so long, so that a week can be shown. */
export const USAGE_KEPT_MS = 8 * 24 * 60 * 60_000;
