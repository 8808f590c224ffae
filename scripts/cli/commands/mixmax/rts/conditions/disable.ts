import type { ChangedConditions } from '../../../../conditions-command.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';
import { showConditions } from '../../../../show-conditions.ts';

export class DisableConditions extends RtsCommand<ChangedConditions> {
  static override readonly summary =
    'Switch Sync Conditions off: every change of a record is sent.';
  static override readonly description =
    'Notices then carry ids, and each changed record is read: it costs API requests, which under conditions it does not.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<ChangedConditions> {
    const { flags } = await this.parse(DisableConditions);
    const receiver = await this.receiverOf(flags);
    const now = await receiver.putConditions({ on: false });
    showConditions(this, now);
    return now;
  }
}
