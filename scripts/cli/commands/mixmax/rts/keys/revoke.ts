import { Flags } from '@salesforce/sf-plugins-core';
import { noPromptFlag, RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class RevokeKey extends RtsCommand<{ readonly id: string }> {
  static override readonly summary = 'Revoke an API key: whoever uses it is refused from then on.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --id 4f1c --target-org my-org',
  ];
  static override readonly flags = {
    ...receiverFlags,
    id: Flags.string({
      summary: 'Id of the key, as the list shows it.',
      char: 'i',
      required: true,
      helpValue: 'ID',
    }),
    'no-prompt': noPromptFlag,
  };

  async run(): Promise<{ readonly id: string }> {
    const { flags } = await this.parse(RevokeKey);
    const receiver = await this.receiverOf(flags);
    await this.requireConsent(`Revoke the key ${flags.id}?`, flags['no-prompt']);
    await receiver.revokeKey(flags.id);
    this.logSuccess(`The key ${flags.id} is revoked.`);
    return { id: flags.id };
  }
}
