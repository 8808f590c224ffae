import type { Conditions } from '../../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';
import { showConditions } from '../../../../show-conditions.ts';

export class ListConditions extends RtsCommand<Conditions> {
  static override readonly summary = 'List the Sync Conditions: the fields whose changes are sent.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<Conditions> {
    const { flags } = await this.parse(ListConditions);
    const receiver = await this.receiverOf(flags);
    const conditions = await receiver.conditions();
    showConditions(this, conditions);
    return conditions;
  }
}
