import { OrgError } from '../../local/org/errors.ts';
import type { Random } from '../../local/seeded-random.ts';
import { OrgClient } from './org-client.ts';
import {
  binned,
  changedValues,
  type Input,
  livingIds,
  newValues,
  pickOne,
  pickSome,
} from './records.ts';
import { ADMIN_USERNAME } from './simulated-org.ts';
import type { Action, CrmObject } from './steps.ts';
import type { World } from './world.ts';

type ActionNamed<N extends Action['do']> = Extract<Action, { do: N }>;
export type Edit = ActionNamed<
  | 'insert'
  | 'update'
  | 'delete'
  | 'undelete'
  | 'purge'
  | 'merge'
  | 'convert'
  | 'bulk'
  | 'silent'
  | 'flurry'
  | 'late'
  | 'locked'
>;

/** Changes records as users, clients and the platform do. What the org refuses changes nothing, and is no fault. */
export async function performEdit(world: World, edit: Edit, random: Random): Promise<void> {
  const { org } = world;
  world.noteEdit();
  switch (edit.do) {
    case 'insert': {
      const rows = times(edit.count, () => newValues(org, edit.object, random));
      return save(world, 'insert', edit.object, rows);
    }
    case 'update': {
      const ids = pickSome(livingIds(org, edit.object), edit.pick, edit.count);
      const rows = ids.map((Id) => ({ ...changedValues(org, edit.object, random), Id }));
      return save(world, 'update', edit.object, rows);
    }
    case 'delete':
      return save(world, 'delete', edit.object, idRows(livingIds(org, edit.object), edit.pick));
    case 'undelete': {
      const { object, ids } = binned(org, edit.object);
      return save(world, 'undelete', object, idRows(ids, edit.pick));
    }
    case 'purge': {
      const { object, ids } = binned(org, edit.object);
      const id = pickOne(ids, edit.pick);
      if (id === undefined) return;
      const isPurged = allowed(() => org.store.purge(object, [id]));
      return world.reached(isPurged ? 'purged' : 'save-refused');
    }
    case 'merge':
      return merge(world, edit);
    case 'convert':
      return convert(world, edit);
    case 'silent':
      return changeSilently(world, edit, random);
    case 'bulk':
      return world.background('ingest', ingest(world, edit, random));
    case 'flurry':
      return await saveFlurry(world, edit, random);
    case 'late':
      return world.background('late commit', saveLate(world, edit, random));
    case 'locked':
      return world.background('locked row', saveLocked(world, edit, random));
    default:
      edit satisfies never;
  }
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}

function idRows(ids: readonly string[], share: number): readonly Input[] {
  const id = pickOne(ids, share);
  return id === undefined ? [] : [{ Id: id }];
}

function userId(world: World): string {
  return String(world.org.store.findByKey('User', 'Username', ADMIN_USERNAME)[0]);
}

function save(
  world: World,
  operation: 'insert' | 'update' | 'delete' | 'undelete',
  object: CrmObject,
  rows: readonly Input[],
): void {
  if (rows.length === 0) return;
  const results = world.org.engine.save({
    operation,
    records: rows.map((input) => ({ object, input })),
    allOrNone: false,
    userId: userId(world),
    source: 'rest',
  });
  for (const { success } of results) world.reached(success ? `saved-${operation}` : 'save-refused');
}

function merge(world: World, { object, pick }: ActionNamed<'merge'>): void {
  const [winner, ...losers] = pickSome(
    livingIds(world.org, object),
    pick,
    2 + (pick > 0.7 ? 1 : 0),
  );
  if (winner === undefined || losers.length === 0) return;
  const result = world.org.engine.merge(object, { Id: winner }, losers, userId(world));
  world.reached(result.success ? 'saved-merge' : 'save-refused');
}

function convert(world: World, { pick }: ActionNamed<'convert'>): void {
  const { org } = world;
  const leadId = pickOne(livingIds(org, 'Lead'), pick);
  if (leadId === undefined) return;
  const accountId = pick > 0.5 ? pickOne(livingIds(org, 'Account'), pick) : undefined;
  const request = {
    leadId,
    convertedStatus: 'Closed - Converted',
    doNotCreateOpportunity: pick > 0.8,
    ...(accountId !== undefined && { accountId }),
  };
  const { errors } = org.engine.convertLead(request, userId(world));
  world.reached(errors.length === 0 ? 'saved-conversion' : 'save-refused');
}

/** False when the org refuses it, with the reason that a client would see. */
function allowed(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof OrgError) return false;
    throw error;
  }
}

/** The store without the engine: stamped, and no trigger ran. */
function changeSilently(world: World, edit: ActionNamed<'silent'>, random: Random): void {
  const { org } = world;
  const context = { nowMs: org.clock.now(), userId: userId(world) };
  for (const id of pickSome(livingIds(org, edit.object), edit.pick, edit.count)) {
    const values = org.store.coerce(edit.object, changedValues(org, edit.object, random), 'update');
    const isSaved = allowed(() => org.store.update(edit.object, id, values, context));
    world.reached(isSaved ? 'saved-silently' : 'save-refused');
  }
}

const OVERTAKEN_BY_MS = 60_000;
const SECOND_MS = 1_000;

/** Stamps count whole seconds: what a read of the second brings depends on where in it the read began. */
async function saveFlurry(
  world: World,
  edit: ActionNamed<'flurry'>,
  random: Random,
): Promise<void> {
  const { scheduler, org } = world;
  await scheduler.advance(SECOND_MS - (org.clock.now() % SECOND_MS));
  const id = pickOne(livingIds(org, edit.object), edit.pick);
  if (id === undefined) return;
  if (edit.overtaken) world.channel.arm({ kind: 'held', delayMs: OVERTAKEN_BY_MS });
  for (let saved = 0; saved < edit.saves; saved += 1) {
    save(world, 'update', edit.object, [{ ...changedValues(org, edit.object, random), Id: id }]);
    await scheduler.advance(edit.apartMs);
  }
  world.reached('saved-in-a-flurry');
}

async function ingest(world: World, edit: ActionNamed<'bulk'>, random: Random): Promise<void> {
  const { org } = world;
  const chosen = pickSome(livingIds(org, edit.object), edit.pick, edit.count);
  const rows = {
    insert: () => times(edit.count, () => newValues(org, edit.object, random)),
    update: () => chosen.map((Id) => ({ ...changedValues(org, edit.object, random), Id })),
    delete: () => chosen.map((Id) => ({ Id })),
  }[edit.operation]();
  if (rows.length === 0) return;
  const client = new OrgClient(org, world.scheduler, ADMIN_USERNAME);
  await client.ingest(edit.object, edit.operation, rows);
  world.noteEdit();
  world.reached(`ingested-${edit.operation}`);
}

async function saveLate(world: World, edit: ActionNamed<'late'>, random: Random): Promise<void> {
  const { org, scheduler } = world;
  const id = pickOne(livingIds(org, edit.object), edit.pick);
  if (id === undefined) return;
  const { delayMs } = edit;
  org.faults.arm({ kind: 'late-commit', delayMs, times: 1, method: 'PATCH', path: `*/${id}` });
  const client = new OrgClient(org, scheduler, ADMIN_USERNAME);
  await client.update(edit.object, id, changedValues(org, edit.object, random));
  world.noteEdit();
  // What was claimed meanwhile must still be true.
  world.onLateCommit();
}

async function saveLocked(
  world: World,
  edit: ActionNamed<'locked'>,
  random: Random,
): Promise<void> {
  const { org, scheduler } = world;
  const id = pickOne(livingIds(org, edit.object), edit.pick);
  if (id === undefined) return;
  org.faults.arm({ kind: 'row-lock', times: 1, method: 'PATCH', path: `*/${id}` });
  const client = new OrgClient(org, scheduler, ADMIN_USERNAME);
  const values = changedValues(org, edit.object, random);
  await client.update(edit.object, id, values);
  await scheduler.pause(3_000, 'client tries again');
  await client.update(edit.object, id, values);
  world.noteEdit();
}
