import { AuditCommand, auditIdFlag } from '../../../../audit-command.ts';
import type { Audit } from '../../../../receiver.ts';
import { receiverFlags } from '../../../../rts-command.ts';

export class ResumeAudit extends AuditCommand {
  static override readonly summary = 'Let a paused audit go on where it stood.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --id audit-7 --target-org my-org',
  ];
  static override readonly flags = { ...receiverFlags, id: auditIdFlag };

  async run(): Promise<Audit> {
    const { flags } = await this.parse(ResumeAudit);
    const audit = await (await this.receiverOf(flags)).resumeAudit(flags.id);
    this.show(audit);
    return audit;
  }
}
