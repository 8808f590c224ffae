import { type DataSubject, isAbout, mentions, withoutValues } from '#core/data-subject.ts';
import { withIds } from '#core/erasure.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { MirrorRecord } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { type Erasing, type ErasureStep, refuseLive } from './erasure-step.ts';

const PAGE = 500;

/** Looks for the ids of records about the person, deleted and hidden ones too, which no look-up finds. */
export async function findInMirror(
  { mirror }: Pick<Ports, 'mirror'>,
  { org, subject, progress }: Erasing,
): Promise<ErasureStep> {
  const page = await pageAt(mirror, org, progress.place);
  const found = page.records.filter((record) => isAbout(subject, record));
  refuseLive(found);
  const known = withIds(
    progress,
    found.map(({ id }) => id),
  );
  return { counts: {}, progress: known, ...page.next };
}

/** Empties records about the person, and others of what they keep of him or her from before their last change. */
export async function eraseFromMirror(
  { mirror }: Pick<Ports, 'mirror'>,
  { org, subject, progress }: Erasing,
): Promise<ErasureStep> {
  const page = await pageAt(mirror, org, progress.place);
  const ids = page.records.filter((record) => keepsValuesOf(subject, record)).map(({ id }) => id);
  const records = await mirror.forgetValues(org.orgId, page.object, ids);
  const stillShown = page.records.filter((record) => shows(subject, record)).length;
  return { counts: { records, stillShown }, progress, ...page.next };
}

function keepsValuesOf(subject: DataSubject, record: MirrorRecord): boolean {
  if (withoutValues(record) === record) return false;
  const { fields, lastChange, deleted, hidden } = record;
  if (isAbout(subject, record) || mentions(subject, lastChange.old)) return true;
  return (deleted || hidden) && mentions(subject, fields);
}

function shows(subject: DataSubject, { fields, deleted, hidden }: MirrorRecord): boolean {
  return !deleted && !hidden && mentions(subject, fields);
}

interface MirrorPage {
  readonly object: string;
  readonly records: readonly MirrorRecord[];
  /** Without a place: there is no more. */
  readonly next: { readonly place?: string };
}

/** @param place `Object afterId`; empty = the first object's beginning */
async function pageAt(
  mirror: Ports['mirror'],
  { orgId, objects }: OrgState,
  place: string,
): Promise<MirrorPage> {
  const names = Object.keys(objects).sort();
  const [at = names[0] ?? '', after = ''] = place === '' ? [] : place.split(' ');
  const object = names.find((name) => name >= at);
  if (object === undefined) return { object: at, records: [], next: {} };
  const from = object === at && after !== '' ? { after: after as RecordId } : {};
  const records = await mirror.scan(orgId, object, { ...from, limit: PAGE });
  const last = records.length < PAGE ? undefined : records.at(-1);
  const following = names[names.indexOf(object) + 1];
  const next = last === undefined ? following : `${object} ${last.id}`;
  return { object, records, next: next === undefined ? {} : { place: next } };
}
