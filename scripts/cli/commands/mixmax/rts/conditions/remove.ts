import {
  type ChangedConditions,
  ConditionsCommand,
  changeFlags,
} from '../../../../conditions-command.ts';
import { withoutFields } from '../../../../field-names.ts';

export class RemoveConditions extends ConditionsCommand {
  static override readonly summary = 'Remove fields from the Sync Conditions.';
  static override readonly description =
    'Fields that somebody needs, and those that identify a record, stay; `conditions list` shows who needs which.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --field Contact.Title --target-org my-org',
  ];
  static override readonly flags = changeFlags;

  async run(): Promise<ChangedConditions> {
    return this.change((await this.parse(RemoveConditions)).flags, withoutFields);
  }
}
