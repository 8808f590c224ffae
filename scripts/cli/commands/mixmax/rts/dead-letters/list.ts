import { Flags } from '@salesforce/sf-plugins-core';
import { when } from '../../../../reader-time.ts';
import type { DeadLetters } from '../../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class ListDeadLetters extends RtsCommand<DeadLetters> {
  static override readonly summary =
    'List messages that were given up, oldest first, with the reasons.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = {
    ...receiverFlags,
    limit: Flags.integer({ summary: 'How many to show.', min: 1, max: 200, default: 50 }),
  };

  async run(): Promise<DeadLetters> {
    const { flags } = await this.parse(ListDeadLetters);
    const answer = await (await this.receiverOf(flags)).deadLetters(flags.limit);
    const data = answer.letters.map(({ id, queue, type, objects, records, parkedAt, reason }) => ({
      id,
      queue,
      type,
      about: `${records} of ${objects.join(', ')}`,
      given: when(parkedAt),
      reason,
    }));
    if (data.length > 0) {
      const columns = ['id', 'queue', 'type', 'about', 'given', 'reason'] as const;
      this.table({ data, columns: [...columns], overflow: 'wrap' });
    }
    this.log(`${answer.total} in all.`);
    return answer;
  }
}
