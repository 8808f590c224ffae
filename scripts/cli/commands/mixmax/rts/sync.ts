import { Flags } from '@salesforce/sf-plugins-core';
import { followPass } from '../../../follow-pass.ts';
import type { Audit } from '../../../receiver.ts';
import { objectFlag, RtsCommand, receiverFlags } from '../../../rts-command.ts';

export class SyncNow extends RtsCommand<Audit> {
  static override readonly summary =
    'Read now what changed since the mirror was last proven complete.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --target-org my-org',
    '<%= config.bin %> <%= command.id %> --object Contact --object Lead --wait 30 --target-org my-org',
  ];
  static override readonly flags = {
    ...receiverFlags,
    object: objectFlag,
    wait: Flags.duration({
      unit: 'minutes',
      char: 'w',
      defaultValue: 10,
      min: 0,
      summary: 'How long to wait for its end; it goes on without you.',
    }),
  };

  async run(): Promise<Audit> {
    const { flags } = await this.parse(SyncNow);
    const receiver = await this.receiverOf(flags);
    const { id } = await receiver.sync(flags.object === undefined ? {} : { objects: flags.object });
    const pass = await followPass(receiver, id, flags.wait.milliseconds, this.progress);
    this.log(
      pass.state === 'done'
        ? `Done: ${pass.rows} rows were read.`
        : `It goes on. Follow it with \`mixmax rts audit report --id ${id}\`.`,
    );
    return pass;
  }
}
