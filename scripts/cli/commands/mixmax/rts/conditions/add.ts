import {
  type ChangedConditions,
  ConditionsCommand,
  changeFlags,
} from '../../../../conditions-command.ts';
import { withFields } from '../../../../field-names.ts';

export class AddConditions extends ConditionsCommand {
  static override readonly summary = 'Add fields to the Sync Conditions.';
  static override readonly description =
    'The mirror holds them from then on: records are read again for values that they had before.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --field Contact.Title --field Lead.Title --target-org my-org',
  ];
  static override readonly flags = changeFlags;

  async run(): Promise<ChangedConditions> {
    return this.change((await this.parse(AddConditions)).flags, withFields);
  }
}
