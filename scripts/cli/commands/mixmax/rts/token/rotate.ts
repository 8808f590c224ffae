import { when } from '../../../../reader-time.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class RotateToken extends RtsCommand<{ readonly previousValidUntil: string }> {
  static override readonly summary = 'Give the org a new Mixmax Token.';
  static override readonly description =
    'It is written into Mixmax Settings; notices signed with the token before are taken for another day.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<{ readonly previousValidUntil: string }> {
    const { flags } = await this.parse(RotateToken);
    const answer = await (await this.receiverOf(flags)).rotateToken();
    this.logSuccess(
      `The org has a new token; the one before is valid until ${when(answer.previousValidUntil)}.`,
    );
    return answer;
  }
}
