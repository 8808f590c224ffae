import { Flags } from '@salesforce/sf-plugins-core';
import { forgetReceiver } from '../../../known-receivers.ts';
import { noPromptFlag, RtsCommand, receiverFlags } from '../../../rts-command.ts';

interface Forgotten {
  readonly orgId: string;
  readonly erased: boolean;
}

export class ForgetOrg extends RtsCommand<Forgotten> {
  static override readonly summary =
    'End the sync of the org at the receiver, and erase all that was copied from it.';
  static override readonly description =
    `Apex learns it with its next notice and switches itself off; its token is kept for 30 days for that. The package stays
in the org: \`uninstall\` removes it.`;
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --target-org my-org',
    {
      description: 'End the sync, and keep the mirror',
      command: '<%= config.bin %> <%= command.id %> --keep-mirror --target-org my-org',
    },
  ];
  static override readonly flags = {
    ...receiverFlags,
    'keep-mirror': Flags.boolean({ summary: 'Leave what was copied where it is.' }),
    'no-prompt': noPromptFlag,
  };

  async run(): Promise<Forgotten> {
    const { flags } = await this.parse(ForgetOrg);
    const receiver = await this.receiverOf(flags);
    const orgId = flags['target-org'].getOrgId();
    const erased = !flags['keep-mirror'];
    const what = erased ? 'end its sync and erase its mirror, feed and ledger' : 'end its sync';
    await this.requireConsent(`Forget the org ${orgId}: ${what}?`, flags['no-prompt']);
    await receiver.remove(erased);
    await forgetReceiver(orgId);
    this.logSuccess(`The org ${orgId} is forgotten.`);
    return { orgId, erased };
  }
}
