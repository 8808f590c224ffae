/** A time as the API writes it: ISO 8601, UTC. */
export function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function minutes(durationMs: number): string {
  const count = Math.floor(durationMs / 60_000);
  return count === 1 ? '1 minute' : `${count} minutes`;
}

export function ago(timeMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - timeMs) / 1_000));
  return seconds < 60 ? `${seconds} s ago` : `${minutes(seconds * 1_000)} ago`;
}
