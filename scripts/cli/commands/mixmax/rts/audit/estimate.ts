import { auditFlags, auditOptions } from '../../../../audit-command.ts';
import type { AuditEstimate } from '../../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

export class EstimateAudit extends RtsCommand<AuditEstimate> {
  static override readonly summary = 'Tell what an audit would take, without starting it.';
  static override readonly description = 'Costs one API request for each object.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --object Contact --target-org my-org',
  ];
  static override readonly flags = { ...receiverFlags, ...auditFlags };

  async run(): Promise<AuditEstimate> {
    const { flags } = await this.parse(EstimateAudit);
    const estimate = await (await this.receiverOf(flags)).estimateAudit(auditOptions(flags));
    const { rows, bulkJobs, apiCalls, shareOfQuotaPercent, seconds } = estimate;
    const data = Object.entries(rows).map(([object, count]) => ({ object, rows: count }));
    this.table({ data, columns: ['object', 'rows'] });
    const share =
      shareOfQuotaPercent === undefined ? '' : ` (${shareOfQuotaPercent} % of our share)`;
    this.log(
      `${bulkJobs} Bulk jobs, ${apiCalls} API requests${share}, about ${Math.ceil(seconds / 60)} min.`,
    );
    return estimate;
  }
}
