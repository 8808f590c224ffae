import { Flags } from '@salesforce/sf-plugins-core';
import { AuditCommand, auditFlags, auditOptions } from '../../../../audit-command.ts';
import { followPass } from '../../../../follow-pass.ts';
import type { Audit } from '../../../../receiver.ts';
import { receiverFlags } from '../../../../rts-command.ts';

export class StartAudit extends AuditCommand {
  static override readonly summary =
    'Read the records of the org again, and mend what differs in the mirror.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --compare --target-org my-org',
    '<%= config.bin %> <%= command.id %> --object Contact --wait 60 --target-org my-org',
  ];
  static override readonly flags = {
    ...receiverFlags,
    ...auditFlags,
    wait: Flags.duration({
      unit: 'minutes',
      char: 'w',
      defaultValue: 0,
      min: 0,
      summary: 'How long to wait for its end; it goes on without you.',
    }),
  };

  async run(): Promise<Audit> {
    const { flags } = await this.parse(StartAudit);
    const receiver = await this.receiverOf(flags);
    const { id } = await receiver.startAudit(auditOptions(flags));
    const audit =
      flags.wait.milliseconds === 0
        ? await receiver.audit(id)
        : await followPass(receiver, id, flags.wait.milliseconds, this.progress);
    this.show(audit);
    return audit;
  }
}
