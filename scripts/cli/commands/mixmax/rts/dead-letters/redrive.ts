import { Flags } from '@salesforce/sf-plugins-core';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

interface Redriven {
  readonly redriven: number;
  readonly left: number;
}

export class RedriveDeadLetters extends RtsCommand<Redriven> {
  static override readonly summary =
    'Send given-up messages again: those named, else the oldest 500.';
  static override readonly description =
    'Mend the reason first. Sending one twice does no harm: what is older than the mirror changes nothing.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = {
    ...receiverFlags,
    id: Flags.string({
      summary: 'Id of a message, as the list shows it; may be given more than once.',
      char: 'i',
      multiple: true,
      helpValue: 'ID',
    }),
  };

  async run(): Promise<Redriven> {
    const { flags } = await this.parse(RedriveDeadLetters);
    const answer = await (await this.receiverOf(flags)).redrive(flags.id);
    this.log(`${answer.redriven} sent again, ${answer.left} left.`);
    return answer;
  }
}
