/** Mixmax compares fields at midnight there (R13). */
const TIME_ZONE = 'America/Los_Angeles';

const FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The calendar day in Los Angeles, `YYYY-MM-DD`, daylight saving time minded. */
function losAngelesDay(timeMs: number): string {
  return FORMAT.format(timeMs);
}

/** Whether a midnight in Los Angeles lies between two times, ms. */
export function midnightPassed(sinceMs: number, nowMs: number): boolean {
  return losAngelesDay(sinceMs) < losAngelesDay(nowMs);
}
