import { useState } from 'preact/hooks';
import type { AuditEstimate } from '../answers.ts';
import type { Api } from '../api.ts';
import { count, counted, duration } from '../format.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Card } from '../parts/card.tsx';

interface StartAuditProps {
  readonly api: Api;
  readonly objects: readonly string[];
  readonly onStart: () => void;
}

/** The choice of an audit; its estimate first. */
export function StartAudit({ api, objects, onStart }: StartAuditProps) {
  const [left, setLeft] = useState<readonly string[]>([]);
  const [compare, setCompare] = useState(true);
  const chosen = objects.filter((object) => !left.includes(object));
  const body = { objects: chosen, compare };
  const estimate = async () =>
    estimateText(await api.send<AuditEstimate>('POST', '/audits/estimate', body));
  const start = async () => {
    await api.send('POST', '/audits', body);
    onStart();
    return 'Started, or joined to one that covers it.';
  };
  const toggle = (object: string) =>
    setLeft(left.includes(object) ? left.filter((one) => one !== object) : [...left, object]);
  return (
    <Card title="Audit">
      <p>
        Compares every record of the chosen objects with the mirror, and puts right what differs.
      </p>
      <fieldset>
        <legend>Objects</legend>
        <div class="row">
          {objects.map((object) => (
            <label key={object}>
              <input
                type="checkbox"
                checked={!left.includes(object)}
                onChange={() => toggle(object)}
              />
              {object}
            </label>
          ))}
        </div>
      </fieldset>
      <label>
        <input type="checkbox" checked={compare} onChange={() => setCompare(!compare)} />
        Compare ids and stamps only, and read what differs (less to transfer)
      </label>
      <div class="row">
        <ActionButton label="Estimate" run={estimate} disabled={chosen.length === 0} />
        <ActionButton label="Start audit" look="brand" run={start} disabled={chosen.length === 0} />
      </div>
    </Card>
  );
}

/** What an audit would take, in a sentence. */
function estimateText(estimate: AuditEstimate): string {
  const { rows, bulkJobs, apiCalls, shareOfQuotaPercent: share, seconds } = estimate;
  const all = Object.values(rows).reduce((sum, one) => sum + one, 0);
  const ofQuota = share === undefined ? '' : ` (${count(share)} % of ours for a day)`;
  return `${counted(all, 'row')}, ${counted(bulkJobs, 'Bulk job')}, ${counted(apiCalls, 'API call')}${ofQuota}, about ${duration(seconds)}.`;
}
