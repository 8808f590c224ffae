import { SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { type ChangedConditions, ConditionsCommand } from '../../../../conditions-command.ts';
import { type FieldsByObject, parseFieldNames, withFields } from '../../../../field-names.ts';
import type { Conditions } from '../../../../receiver.ts';
import { receiverFlags } from '../../../../rts-command.ts';

export class EnableConditions extends ConditionsCommand {
  static override readonly summary =
    'Switch Sync Conditions on: only changes of listed fields are sent.';
  static override readonly description =
    `The list begins with the fields that templates, rules and others declared to read, and those given here. Updates of
objects that are not in it are not sent; inserts, deletes, merges and conversions always are.`;
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --field Contact.Title --field Account.Industry --target-org my-org',
  ];
  static override readonly flags = {
    ...receiverFlags,
    field: Flags.string({
      summary:
        'A field besides those that are required, as Object.Field; may be given more than once.',
      char: 'f',
      multiple: true,
      helpValue: 'OBJECT.FIELD',
    }),
  };

  async run(): Promise<ChangedConditions> {
    const { flags } = await this.parse(EnableConditions);
    const given = parseFieldNames(flags.field ?? []);
    const receiver = await this.receiverOf(flags);
    const now = await receiver.conditions();
    const objects = withFields(now.on ? (now.objects ?? {}) : requiredFields(now), given);
    if (Object.keys(objects).length > 0) return this.put(receiver, objects);
    throw SfError.create({
      name: 'NoFields',
      message:
        'No field is required by anybody, and none was given: no update at all would be sent.',
      actions: ['Give at least one with --field Object.Field.'],
    });
  }
}

function requiredFields({ required }: Conditions): FieldsByObject {
  return Object.fromEntries(
    Object.entries(required).map(([object, fields]) => [object, Object.keys(fields)]),
  );
}
