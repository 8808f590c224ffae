import { noPromptFlag, RtsCommand, receiverFlags } from '../../../rts-command.ts';

export class DisableSync extends RtsCommand<{ readonly enabled: false }> {
  static override readonly summary =
    'Tick Disable Mixmax RTS in the org: from the next save on, Apex tells nothing.';
  static override readonly description =
    'The org is read by Bulk API every 30 minutes meanwhile. Nothing is removed, and `enable` takes it back.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = { ...receiverFlags, 'no-prompt': noPromptFlag };

  async run(): Promise<{ readonly enabled: false }> {
    const { flags } = await this.parse(DisableSync);
    const receiver = await this.receiverOf(flags);
    await this.requireConsent('Disable real-time sync for the whole org?', flags['no-prompt']);
    await receiver.disable();
    this.logSuccess('Real-time sync is disabled.');
    return { enabled: false };
  }
}
