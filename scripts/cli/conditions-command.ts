import { SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import type { FieldsByObject } from './field-names.ts';
import type { Conditions, Receiver } from './receiver.ts';
import { RtsCommand } from './rts-command.ts';
import { showConditions } from './show-conditions.ts';

/** What commands answer that put other conditions into force. */
export type ChangedConditions = Conditions & {
  /** Objects that are read again, because other fields of them are held now. */
  readonly changed: readonly string[];
};

export const fieldFlag = Flags.string({
  summary: 'A field, as Object.Field; may be given more than once.',
  char: 'f',
  multiple: true,
  required: true,
  helpValue: 'OBJECT.FIELD',
});

/** A command that changes which fields count. */
export abstract class ConditionsCommand extends RtsCommand<ChangedConditions> {
  /** @throws SfError while conditions are off: there is no list to change */
  protected async listed(receiver: Receiver): Promise<FieldsByObject> {
    const { on, objects } = await receiver.conditions();
    if (on) return objects ?? {};
    throw SfError.create({
      name: 'ConditionsOff',
      message: 'Sync Conditions are off: every change is sent, whatever its field.',
      actions: ['Switch them on with `mixmax rts conditions enable`.'],
    });
  }

  protected async put(
    receiver: Receiver,
    objects: Record<string, string[]>,
  ): Promise<ChangedConditions> {
    const now = await receiver.putConditions({ on: true, objects });
    showConditions(this, now);
    if (now.changed.length > 0) {
      this.log(`Read again, for the fields that were added: ${now.changed.join(', ')}.`);
    }
    return now;
  }
}
