import { when } from '../../../../reader-time.ts';
import type { Key } from '../../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class ListKeys extends RtsCommand<Key[]> {
  static override readonly summary = "List the org's API keys, without the keys themselves.";
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<Key[]> {
    const { flags } = await this.parse(ListKeys);
    const { keys } = await (await this.receiverOf(flags)).keys();
    const data = keys.map(({ id, label, createdAt }) => ({ id, label, made: when(createdAt) }));
    this.table({ data, columns: ['id', 'label', 'made'] });
    return keys;
  }
}
