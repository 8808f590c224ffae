import type { SfCommand } from '@salesforce/sf-plugins-core';
import { when } from './reader-time.ts';
import type { Conditions } from './receiver.ts';

/** Prints which fields count, object by object, and who needs them. */
export function showConditions(
  command: Pick<SfCommand<unknown>, 'log' | 'table' | 'warn'>,
  { on, objects = {}, required, driftedSince }: Conditions,
): void {
  if (driftedSince !== undefined) {
    command.warn(
      `The rows in the org have differed from these since ${when(driftedSince)}; they are repaired by themselves.`,
    );
  }
  if (!on) {
    command.log('Sync Conditions are off: every change of a record is sent.');
    return;
  }
  const data = Object.entries(objects).flatMap(([object, fields]) =>
    fields.map((field) => ({
      object,
      field,
      requiredBy: (required[object]?.[field] ?? []).join(', '),
    })),
  );
  command.table({
    data,
    columns: [
      { key: 'object', name: 'Object' },
      { key: 'field', name: 'Field' },
      { key: 'requiredBy', name: 'Required by' },
    ],
  });
}
