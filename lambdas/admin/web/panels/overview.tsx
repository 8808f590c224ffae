import type { PanelProps } from '../panel.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Changes } from './changes.tsx';
import { ObjectTable } from './object-table.tsx';
import { Pace } from './pace.tsx';
import { StateCard } from './state-card.tsx';

/** Is the sync all right, if not why, and what to do. */
export function Overview({ live }: PanelProps) {
  return (
    <>
      <Loaded of={live.status} what="the state">
        {(status) => (
          <>
            <StateCard status={status} />
            <ObjectTable objects={status.objects} now={status.now} />
          </>
        )}
      </Loaded>
      <Pace minutes={live.minutes} feedMode={live.feedMode} />
      <Changes changes={live.changes} read={live.feedMode !== undefined} />
    </>
  );
}
