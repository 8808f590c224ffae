import type * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import type { Pass } from '#core/pass.ts';
import type { Fields, MirrorRecord } from '#core/record.ts';
import { rowsOf } from '#core/status-of.ts';
import { iso } from '#core/time-text.ts';
import type { passSchema, recordSchema } from './schemas.ts';

/** How the API shows what the stores hold. */

/**
 * A record. `fields` are those the mirror holds, with `Id` and `SystemModstamp`; if some were asked for by name, only
 * those, and what the mirror does not hold is named in `notSynced` (R3). Formulas and roll-ups are named in `calculated`.
 */
export function recordView(
  record: MirrorRecord,
  state: ObjectState | undefined,
  asked: readonly string[] | undefined,
): z.output<typeof recordSchema> {
  const { id, object, version, revision, deleted, hidden, mergedInto } = record;
  const held = heldFields(record);
  const chosen = asked === undefined ? { fields: held } : choose(held, state, asked);
  const formulas = state?.fieldSet.calculated ?? [];
  const calculated = formulas.filter((name) => Object.hasOwn(chosen.fields, name));
  return {
    id,
    object,
    version: { modstamp: iso(version.modstampMs), readAt: iso(version.readAtMs) },
    revision,
    deleted,
    hidden,
    ...(mergedInto !== undefined && { mergedInto }),
    ...chosen,
    ...(calculated.length > 0 && { calculated }),
  };
}

function heldFields({ id, version, fields }: MirrorRecord): Fields {
  return { Id: id, SystemModstamp: iso(version.modstampMs), ...fields };
}

/** Salesforce's names know no case; answers use the declared spelling. */
function choose(held: Fields, state: ObjectState | undefined, asked: readonly string[]) {
  const names = [...(state?.fieldSet.fields ?? []), ...Object.keys(held)];
  const spelling = new Map(names.map((name) => [name.toLowerCase(), name]));
  const fields: [string, Fields[string]][] = [];
  const notSynced: string[] = [];
  for (const name of asked) {
    const declared = spelling.get(name.toLowerCase());
    if (declared === undefined) notSynced.push(name);
    else fields.push([declared, Object.hasOwn(held, declared) ? (held[declared] ?? null) : null]);
  }
  return { fields: Object.fromEntries(fields), ...(notSynced.length > 0 && { notSynced }) };
}

/** `A, B` → names; undefined when nothing was asked for by name. */
export function askedFields(list: string | undefined): readonly string[] | undefined {
  const names = list?.split(',').map((name) => name.trim());
  return names?.filter((name) => name !== '');
}

/** @throws AppError not-found for an object that the mirror does not hold */
export function mirroredObject(org: OrgState, object: string): ObjectState {
  const state = Object.hasOwn(org.objects, object) ? org.objects[object] : undefined;
  if (state === undefined) {
    const known = Object.keys(org.objects).join(', ');
    throw new AppError('not-found', `This object is not mirrored. Mirrored are: ${known}.`, {
      pointer: 'object',
    });
  }
  return state;
}

export function passView(pass: Pass): z.output<typeof passSchema> {
  const { id, kind, state, reason, startedAtMs, finishedAtMs, pausedAtMs, parts } = pass;
  const objects = Object.entries(parts).map(([object, part]) => {
    const { sinceMs, upperMs, error } = part;
    const view = {
      state: part.state,
      rows: part.rows,
      ...(sinceMs !== null && { since: iso(sinceMs) }),
      ...(upperMs !== undefined && { until: iso(upperMs) }),
      ...(error !== undefined && { error }),
    };
    return [object, view] as const;
  });
  return {
    id,
    kind,
    state,
    reason,
    startedAt: iso(startedAtMs),
    ...(finishedAtMs !== undefined && { finishedAt: iso(finishedAtMs) }),
    ...(pausedAtMs !== undefined && { pausedAt: iso(pausedAtMs) }),
    rows: rowsOf(pass),
    objects: Object.fromEntries(objects),
  };
}
