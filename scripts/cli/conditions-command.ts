import { SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { type FieldsByObject, parseFieldNames } from './field-names.ts';
import type { Conditions, Receiver } from './receiver.ts';
import { type ReceiverFlags, RtsCommand, receiverFlags } from './rts-command.ts';
import { showConditions } from './show-conditions.ts';

/** What commands answer that put other conditions into force. */
export type ChangedConditions = Conditions & {
  /** Objects that are read again, because other fields of them are held now. */
  readonly changed: readonly string[];
};

/** The org, its receiver, and the fields to add or remove. */
export const changeFlags = {
  ...receiverFlags,
  field: Flags.string({
    summary: 'A field, as Object.Field; may be given more than once.',
    char: 'f',
    multiple: true,
    required: true,
    helpValue: 'OBJECT.FIELD',
  }),
};

/** A command that changes which fields count. */
export abstract class ConditionsCommand extends RtsCommand<ChangedConditions> {
  /**
   * Puts into force what becomes of the listed fields.
   * @throws SfError for a name that is no field's, and while conditions are off: there is no list to change
   */
  protected async change(
    flags: ReceiverFlags & { readonly field: readonly string[] },
    step: (listed: FieldsByObject, given: FieldsByObject) => Record<string, string[]>,
  ): Promise<ChangedConditions> {
    const given = parseFieldNames(flags.field);
    const receiver = await this.receiverOf(flags);
    const { on, objects = {} } = await receiver.conditions();
    if (on) return this.put(receiver, step(objects, given));
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
