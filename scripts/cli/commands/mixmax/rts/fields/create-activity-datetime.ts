import { Flags } from '@salesforce/sf-plugins-core';
import type { CreatedFields } from '../../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class CreateActivityDateTime extends RtsCommand<CreatedFields> {
  static override readonly summary =
    'Create the field for the time of an activity, MixmaxActivityDateTime__c, of tasks and events.';
  static override readonly description =
    'With a permission set that allows to edit it: assign it to users whose activities are written as themselves. Fields that are there already stay as they are.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --target-org my-org',
    {
      description: 'Also the fields for kind, sequence, stage, link and file',
      command: '<%= config.bin %> <%= command.id %> --structured --target-org my-org',
    },
  ];
  static override readonly flags = {
    ...receiverFlags,
    structured: Flags.boolean({
      summary: 'Also create fields for kind, sequence, stage, link and file.',
    }),
  };

  async run(): Promise<CreatedFields> {
    const { flags } = await this.parse(CreateActivityDateTime);
    const receiver = await this.receiverOf(flags);
    const answer = await receiver.createActivityFields(flags.structured);
    const { created, permissionSet, unassigned } = answer;
    this.log(created.length === 0 ? 'It was there already.' : `Created: ${created.join(', ')}.`);
    this.log(`Who is to edit it needs the permission set ${permissionSet}.`);
    if (unassigned !== undefined) this.warn(`The Sync User was not given it: ${unassigned}`);
    return answer;
  }
}
