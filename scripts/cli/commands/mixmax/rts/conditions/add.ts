import {
  type ChangedConditions,
  ConditionsCommand,
  fieldFlag,
} from '../../../../conditions-command.ts';
import { parseFieldNames, withFields } from '../../../../field-names.ts';
import { receiverFlags } from '../../../../rts-command.ts';

export class AddConditions extends ConditionsCommand {
  static override readonly summary = 'Add fields to the Sync Conditions.';
  static override readonly description =
    'The mirror holds them from then on: records are read again for values that they had before.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --field Contact.Title --field Lead.Title --target-org my-org',
  ];
  static override readonly flags = { ...receiverFlags, field: fieldFlag };

  async run(): Promise<ChangedConditions> {
    const { flags } = await this.parse(AddConditions);
    const added = parseFieldNames(flags.field);
    const receiver = await this.receiverOf(flags);
    return this.put(receiver, withFields(await this.listed(receiver), added));
  }
}
