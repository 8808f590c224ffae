import { Flags } from '@salesforce/sf-plugins-core';
import type { NewKey } from '../../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class CreateKey extends RtsCommand<NewKey> {
  static override readonly summary = "Make an API key for the org's part of the receiver.";
  static override readonly description =
    'The key is shown this once; the receiver keeps a hash of it.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --label sidebar --target-org my-org',
  ];
  static override readonly flags = {
    ...receiverFlags,
    label: Flags.string({ summary: 'What it is for.', char: 'l', required: true }),
  };

  async run(): Promise<NewKey> {
    const { flags } = await this.parse(CreateKey);
    const key = await (await this.receiverOf(flags)).createKey(flags.label);
    this.logSensitive(key.key);
    return key;
  }
}
