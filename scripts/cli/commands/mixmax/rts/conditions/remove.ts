import {
  type ChangedConditions,
  ConditionsCommand,
  fieldFlag,
} from '../../../../conditions-command.ts';
import { parseFieldNames, withoutFields } from '../../../../field-names.ts';
import { receiverFlags } from '../../../../rts-command.ts';

export class RemoveConditions extends ConditionsCommand {
  static override readonly summary = 'Remove fields from the Sync Conditions.';
  static override readonly description =
    'Fields that somebody needs, and those that identify a record, stay; `conditions list` shows who needs which.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --field Contact.Title --target-org my-org',
  ];
  static override readonly flags = { ...receiverFlags, field: fieldFlag };

  async run(): Promise<ChangedConditions> {
    const { flags } = await this.parse(RemoveConditions);
    const removed = parseFieldNames(flags.field);
    const receiver = await this.receiverOf(flags);
    return this.put(receiver, withoutFields(await this.listed(receiver), removed));
  }
}
