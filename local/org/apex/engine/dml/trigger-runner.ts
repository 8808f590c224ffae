import { ApexList, ApexMap } from '../../collections.ts';
import type { TriggerEvent, TriggerInfo } from '../../program.ts';
import type { TriggerContext } from '../../realm.ts';
import type { SObjectValue } from '../../sobject.ts';
import { ApexException, UncatchableError } from '../../values.ts';

/** The records a trigger sees; a list is left out where the platform has none for the event. */
export interface TriggerRecords {
  readonly newRecords?: readonly SObjectValue[];
  readonly oldRecords?: readonly SObjectValue[];
}

/** A trigger broke off with an exception that nobody caught: every record of its chunk fails with this text. */
export class TriggerFailure extends Error {
  readonly code = 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY';
}

const MAXIMUM_DEPTH = 16;

/** The triggers of a program by object and event, in the order of their names: the platform promises no order, repeatable runs need one. */
export class TriggerIndex {
  readonly #byObjectAndEvent = new Map<string, TriggerInfo[]>();
  readonly #objects = new Set<string>();

  constructor(triggers: readonly TriggerInfo[]) {
    for (const trigger of [...triggers].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      this.#objects.add(trigger.object);
      for (const event of trigger.events) {
        const key = `${trigger.object} ${event}`;
        this.#byObjectAndEvent.set(key, [...(this.#byObjectAndEvent.get(key) ?? []), trigger]);
      }
    }
  }

  hasAny(object: string): boolean {
    return this.#objects.has(object);
  }

  find(object: string, event: TriggerEvent): readonly TriggerInfo[] {
    return this.#byObjectAndEvent.get(`${object} ${event}`) ?? [];
  }
}

export interface TriggerRunnerOptions {
  readonly index: TriggerIndex;
  /** Runs one trigger with that context as `Trigger`. */
  readonly run: (name: string, context: TriggerContext) => void;
  /** Trigger contexts open now, outermost first, as `Account trigger event AfterUpdate`. */
  readonly open: () => string[];
}

/** Runs an object's triggers one after the other and turns what they throw into the save's own failures. */
export class TriggerRunner {
  readonly #options: TriggerRunnerOptions;

  constructor(options: TriggerRunnerOptions) {
    this.#options = options;
  }

  hasAny(object: string): boolean {
    return this.#options.index.hasAny(object);
  }

  has(object: string, event: TriggerEvent): boolean {
    return this.#options.index.find(object, event).length > 0;
  }

  /** @throws TriggerFailure, UncatchableError */
  run(object: string, event: TriggerEvent, records: TriggerRecords): void {
    const size = records.newRecords?.length ?? records.oldRecords?.length ?? 0;
    if (size === 0) {
      return;
    }
    for (const trigger of this.#options.index.find(object, event)) {
      this.#runOne(trigger, event, triggerContext(object, event, records));
    }
  }

  #runOne(trigger: TriggerInfo, event: TriggerEvent, context: TriggerContext): void {
    const open = this.#options.open();
    if (open.length >= MAXIMUM_DEPTH) {
      throw new TriggerFailure(
        `${trigger.name}: maximum trigger depth exceeded\n${open.toReversed().join('\n')}`,
      );
    }
    open.push(`${trigger.object} trigger event ${phaseName(event)}`);
    try {
      this.#options.run(trigger.name, context);
    } catch (error) {
      throw failureOf(trigger, event, error);
    } finally {
      open.pop();
    }
  }
}

function failureOf(trigger: TriggerInfo, event: TriggerEvent, error: unknown): unknown {
  if (error instanceof UncatchableError) {
    error.trigger ??= { name: trigger.name, phase: phaseName(event) };
    return error;
  }
  if (error instanceof ApexException) {
    const head = `${trigger.name}: execution of ${phaseName(event)}`;
    const cause = `caused by: ${error.typeName}: ${error.message}`;
    return new TriggerFailure(`${head}\n\n${cause}\n\n${ownFrames(error, trigger.name)}`, {
      cause: error,
    });
  }
  return error;
}

/** The frames down to the trigger; what called the DML statement is not part of the trigger's trace. */
function ownFrames(error: ApexException, triggerName: string): string {
  const lines = error.stackTrace.split('\n');
  const last = lines.findIndex((line) => line.startsWith(`Trigger.${triggerName}:`));
  return (last === -1 ? lines : lines.slice(0, last + 1)).join('\n');
}

/** `after insert` → `AfterInsert` */
function phaseName(event: TriggerEvent): string {
  return event
    .split(' ')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

export function triggerContext(
  object: string,
  event: TriggerEvent,
  { newRecords, oldRecords }: TriggerRecords,
): TriggerContext {
  const newHasIds = event !== 'before insert';
  return {
    isExecuting: true,
    operation: event.toUpperCase().replace(' ', '_'),
    isInsert: event.endsWith('insert'),
    isUpdate: event.endsWith('update'),
    isDelete: event.endsWith(' delete'),
    isUndelete: event.endsWith('undelete'),
    isBefore: event.startsWith('before'),
    isAfter: event.startsWith('after'),
    newList: newRecords === undefined ? null : listOf(object, newRecords),
    oldList: oldRecords === undefined ? null : listOf(object, oldRecords),
    newMap: newRecords === undefined || !newHasIds ? null : mapOf(object, newRecords),
    oldMap: oldRecords === undefined ? null : mapOf(object, oldRecords),
    size: newRecords?.length ?? oldRecords?.length ?? 0,
  };
}

function listOf(object: string, records: readonly SObjectValue[]): ApexList {
  return new ApexList(object, [...records]).freeze();
}

function mapOf(object: string, records: readonly SObjectValue[]): ApexMap {
  return new ApexMap(
    'Id',
    object,
    records.map((record) => [record.id, record] as const),
  ).freeze();
}
