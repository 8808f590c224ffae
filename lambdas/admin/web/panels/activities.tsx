import type { PanelProps } from '../panel.ts';
import { ActivityTime } from './activity-time.tsx';
import { DryRun } from './dry-run.tsx';
import { Exclusions } from './exclusions.tsx';
import { Ledger } from './ledger.tsx';
import { Roles } from './roles.tsx';
import { Users } from './users.tsx';

/** What of Mixmax becomes Tasks and Events, for whom, and what became of each activity. */
export function Activities({ api }: PanelProps) {
  return (
    <>
      <Ledger api={api} />
      <Roles api={api} />
      <Exclusions api={api} />
      <Users api={api} />
      <ActivityTime api={api} />
      <DryRun api={api} />
    </>
  );
}
