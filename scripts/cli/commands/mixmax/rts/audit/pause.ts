import { AuditCommand, auditIdFlag } from '../../../../audit-command.ts';
import type { Audit } from '../../../../receiver.ts';
import { receiverFlags } from '../../../../rts-command.ts';

export class PauseAudit extends AuditCommand {
  static override readonly summary =
    'Stop an audit after the page that it is reading, until it is resumed.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --id audit-7 --target-org my-org',
  ];
  static override readonly flags = { ...receiverFlags, id: auditIdFlag };

  async run(): Promise<Audit> {
    const { flags } = await this.parse(PauseAudit);
    const audit = await (await this.receiverOf(flags)).pauseAudit(flags.id);
    this.show(audit);
    return audit;
  }
}
