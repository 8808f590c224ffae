import type { OrgState } from './org.ts';
import type { Pass } from './pass.ts';

/**
 * Where the earliest stretch of each object begins that is known to be missing and was not read yet: what a gap pass
 * under way is to read, and what a pass failed to. Salesforce's clock, ms.
 */
export function openGaps(
  { objects }: Pick<OrgState, 'objects'>,
  running: readonly Pass[],
): Readonly<Record<string, number>> {
  const gaps = new Map<string, number>();
  const note = (object: string, sinceMs: number) =>
    gaps.set(object, Math.min(gaps.get(object) ?? sinceMs, sinceMs));
  for (const [object, { gapSinceMs }] of Object.entries(objects)) {
    if (gapSinceMs !== undefined) note(object, gapSinceMs);
  }
  for (const { kind, parts } of running) {
    if (kind !== 'gap') continue;
    for (const [object, { state, sinceMs }] of Object.entries(parts)) {
      if (state !== 'done' && sinceMs !== null) note(object, sinceMs);
    }
  }
  return Object.fromEntries(gaps);
}
