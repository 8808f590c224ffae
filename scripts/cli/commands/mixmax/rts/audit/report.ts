import { Flags } from '@salesforce/sf-plugins-core';
import { AuditCommand, auditIdFlag } from '../../../../audit-command.ts';
import type { Audit, Findings, Receiver } from '../../../../receiver.ts';
import { receiverFlags } from '../../../../rts-command.ts';

type Report = Audit & { readonly findings?: Findings['findings'] };

export class ReportAudit extends AuditCommand {
  static override readonly summary = 'Show how far an audit has come, and what it found wrong.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --id audit-7 --target-org my-org',
    {
      description: 'With the id of every record that was missing, stale, too many or hidden',
      command: '<%= config.bin %> <%= command.id %> --id audit-7 --records --target-org my-org',
    },
  ];
  static override readonly flags = {
    ...receiverFlags,
    id: auditIdFlag,
    records: Flags.boolean({ summary: 'Also list the records that were found wrong.' }),
  };

  async run(): Promise<Report> {
    const { flags } = await this.parse(ReportAudit);
    const receiver = await this.receiverOf(flags);
    const audit = await receiver.audit(flags.id);
    this.show(audit);
    if (!flags.records) return audit;
    const findings = await allFindings(receiver, flags.id);
    this.table({ data: findings, columns: ['object', 'id', 'kind'] });
    return { ...audit, findings };
  }
}

async function allFindings(receiver: Receiver, id: string): Promise<Findings['findings']> {
  const all: Findings['findings'] = [];
  let after: string | undefined;
  do {
    const page = await receiver.auditFindings(id, after);
    all.push(...page.findings);
    after = page.next;
  } while (after !== undefined);
  return all;
}
