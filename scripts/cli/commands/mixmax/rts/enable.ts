import { RtsCommand, receiverFlags } from '../../../rts-command.ts';

export class EnableSync extends RtsCommand<{ readonly enabled: true }> {
  static override readonly summary =
    'Untick Disable Mixmax RTS in the org, and read what was saved meanwhile.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<{ readonly enabled: true }> {
    const { flags } = await this.parse(EnableSync);
    await (await this.receiverOf(flags)).enable();
    this.logSuccess('Real-time sync is enabled.');
    return { enabled: true };
  }
}
