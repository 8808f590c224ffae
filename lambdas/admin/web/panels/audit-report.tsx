import { useCallback, useState } from 'preact/hooks';
import type { AuditAnswer, FindingsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { count } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { useResource } from '../use-resource.ts';

interface AuditReportProps {
  readonly api: Api;
  readonly id: string;
}

const KINDS = ['missing', 'stale', 'extra', 'hidden'] as const;
const COUNTS = ['Object', ...KINDS.map((title) => ({ title: capital(title), numeric: true }))];

/** What an audit found wrong with the mirror, and put right. */
export function AuditReport({ api, id }: AuditReportProps) {
  const load = useCallback(
    () => api.get<AuditAnswer>(`/audits/${encodeURIComponent(id)}`),
    [api, id],
  );
  const audit = useResource(load);
  return (
    <>
      <p>
        <a href="#/audits">Back to audits and sync</a>
      </p>
      <Card title="What it found">
        <Loaded of={audit} what="the report">
          {(found) => <Report audit={found} />}
        </Loaded>
      </Card>
      <Findings api={api} id={id} />
    </>
  );
}

function Report({ audit }: { readonly audit: AuditAnswer }) {
  const objects = Object.entries(audit.report);
  return (
    <>
      <Facts
        of={[
          ['State', audit.state],
          ['Started', <Moment at={audit.startedAt} />],
          ['Finished', <Moment at={audit.finishedAt} />],
          ['Rows', count(audit.rows)],
          ['Objects', Object.keys(audit.objects).join(', ')],
        ]}
      />
      {objects.length === 0 ? (
        <p>Nothing was missing, stale, extra or hidden: the mirror was right.</p>
      ) : (
        <Table caption="Findings by object" columns={COUNTS}>
          {objects.map(([object, found]) => (
            <tr key={object}>
              <th scope="row">{object}</th>
              {KINDS.map((kind) => (
                <td key={kind} class="number">
                  {count(found[kind])}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      )}
      <p class="quiet small">
        Missing: not in the mirror. Stale: in an older state. Extra: alive in the mirror, deleted in
        the org. Hidden: neither shown nor declared deleted by the org.
      </p>
    </>
  );
}

function Findings({ api, id }: AuditReportProps) {
  const [after, setAfter] = useState<string>();
  const load = useCallback(() => {
    const query = new URLSearchParams({ limit: '100', ...(after && { after }) });
    return api.get<FindingsAnswer>(`/audits/${encodeURIComponent(id)}/findings?${query}`);
  }, [api, id, after]);
  const page = useResource(load);
  return (
    <Card title="Records">
      <Loaded
        of={page}
        what="the records"
        empty={({ findings }) => (findings.length === 0 ? 'No record was found wrong.' : undefined)}
      >
        {({ findings, next }) => (
          <>
            <Table caption="Records found wrong" columns={['Record', 'Found']}>
              {findings.map(({ object, id: record, kind }) => (
                <tr key={`${object} ${record}`}>
                  <td>
                    <a href={`#/records/${object}/${record}`}>
                      {object} <code>{record}</code>
                    </a>
                  </td>
                  <td>{kind}</td>
                </tr>
              ))}
            </Table>
            {next && (
              <button type="button" class="button" onClick={() => setAfter(next)}>
                Next 100
              </button>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
