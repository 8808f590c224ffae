import { type AuditFinding, FINDING_KINDS, type FindingKind } from '#core/pass.ts';

type Counts = Record<FindingKind, number>;

/** Adds counts of findings up by object; every kind is named. */
export function countByObject(
  counted: Iterable<Pick<AuditFinding, 'object' | 'kind'> & { readonly count: number }>,
): Readonly<Record<string, Counts>> {
  const byObject = new Map<string, Counts>();
  for (const { object, kind, count } of counted) {
    const counts = byObject.get(object) ?? noFindings();
    counts[kind] += count;
    byObject.set(object, counts);
  }
  return Object.fromEntries(byObject);
}

function noFindings(): Counts {
  return Object.fromEntries(FINDING_KINDS.map((kind) => [kind, 0])) as Counts;
}
