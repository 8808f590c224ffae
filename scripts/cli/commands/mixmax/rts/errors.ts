import { when } from '../../../reader-time.ts';
import type { SyncErrors } from '../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../rts-command.ts';

export class ListErrors extends RtsCommand<SyncErrors> {
  static override readonly summary =
    'List what went wrong in Apex, in Salesforce and in the queues, by cause.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<SyncErrors> {
    const { flags } = await this.parse(ListErrors);
    const answer = await (await this.receiverOf(flags)).errors();
    if (answer.apexUnread !== undefined) {
      this.warn(`Errors that Apex logged could not be read: ${answer.apexUnread}`);
    }
    if (answer.errors.length === 0) {
      this.log('None.');
      return answer;
    }
    const data = answer.errors.map(({ source, kind, message, count, lastAt, records, retry }) => ({
      source,
      kind,
      count,
      last: when(lastAt),
      message,
      records: records.length === 0 ? '' : records.slice(0, 3).join(', '),
      again: retry === undefined ? '' : retry.what,
    }));
    const columns = ['source', 'kind', 'count', 'last', 'message', 'records', 'again'] as const;
    this.table({ data, columns: [...columns], overflow: 'wrap' });
    return answer;
  }
}
