import { Flags } from '@salesforce/sf-plugins-core';
import { when } from './reader-time.ts';
import type { Audit, AuditOptions } from './receiver.ts';
import { objectFlag, RtsCommand } from './rts-command.ts';

export const auditIdFlag = Flags.string({
  summary: 'Id of the audit, as `audit start` told it.',
  char: 'i',
  required: true,
  helpValue: 'ID',
});

/** What an audit reads, and how fast. */
export const auditFlags = {
  object: objectFlag,
  compare: Flags.boolean({
    summary: 'Compare ids and stamps, and read only what differs; by default every record is read.',
  }),
  'rows-per-minute': Flags.integer({
    summary: 'Read no more rows of an object a minute; by default as fast as they come.',
    min: 2_000,
    max: 100_000_000,
  }),
};

interface GivenOptions {
  readonly object?: string[] | undefined;
  readonly compare: boolean;
  readonly 'rows-per-minute'?: number | undefined;
}

export function auditOptions(flags: GivenOptions): AuditOptions {
  const { object, compare, 'rows-per-minute': rowsPerMinute } = flags;
  return {
    ...(object !== undefined && { objects: object }),
    ...(compare && { compare }),
    ...(rowsPerMinute !== undefined && { rowsPerMinute }),
  };
}

/** A command that shows an audit. */
export abstract class AuditCommand extends RtsCommand<Audit> {
  protected show({
    id,
    state,
    startedAt,
    finishedAt,
    pausedAt,
    rows,
    objects,
    report,
  }: Audit): void {
    const ended = finishedAt === undefined ? '' : `, ended ${when(finishedAt)}`;
    const paused = pausedAt === undefined ? '' : `, paused since ${when(pausedAt)}`;
    this.log(`${id}: ${state}, begun ${when(startedAt)}${paused}${ended}; ${rows} rows read`);
    this.table({
      data: Object.entries(objects).map(([object, part]) => ({
        object,
        state: part.state,
        rows: part.rows,
        missing: report[object]?.missing ?? 0,
        stale: report[object]?.stale ?? 0,
        extra: report[object]?.extra ?? 0,
        hidden: report[object]?.hidden ?? 0,
        error: part.error ?? '',
      })),
      columns: ['object', 'state', 'rows', 'missing', 'stale', 'extra', 'hidden', 'error'],
    });
  }
}
