/** Times as the person at this terminal reads them. */

/** @param iso ISO 8601 UTC; @returns date and time of day in this machine's zone, empty for none */
export function when(iso: string | undefined): string {
  if (iso === undefined) return '';
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' });
}

/** How long it is from one time to another: `3 s`, `12 min`, `5 h`, `9 d`. Never negative. */
export function span(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
