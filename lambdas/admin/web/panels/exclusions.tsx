import { useCallback, useState } from 'preact/hooks';
import type { ExclusionsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Lines } from '../parts/lines.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { useAction } from '../use-action.ts';
import { useResource } from '../use-resource.ts';

/** Whose mail is logged for nobody: the built-in list of system addresses, and what the org adds and allows. */
export function Exclusions({ api }: { readonly api: Api }) {
  const load = useCallback(() => api.get<ExclusionsAnswer>('/exclusions'), [api]);
  const exclusions = useResource(load);
  return (
    <Card title="System addresses">
      <p>Mail from these is logged for nobody. What stands before the @ must be the whole of it.</p>
      <Loaded of={exclusions} what="the exclusions">
        {(lists) => (
          <ExclusionForm
            key={JSON.stringify(lists)}
            lists={lists}
            save={async (body) =>
              exclusions.replace(await api.send<ExclusionsAnswer>('PUT', '/exclusions', body))
            }
          />
        )}
      </Loaded>
    </Card>
  );
}

interface ExclusionFormProps {
  readonly lists: ExclusionsAnswer;
  readonly save: (body: Omit<ExclusionsAnswer, 'system'>) => Promise<void>;
}

function ExclusionForm({ lists, save }: ExclusionFormProps) {
  const { system, ...own } = lists;
  const [next, setNext] = useState(own);
  const action = useAction();
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        action.run(async () => {
          await save(next);
          return 'In force.';
        });
      }}
    >
      <details>
        <summary>Built-in list, version {system.version}</summary>
        <p class="fields">{system.localParts.map((part) => `${part}@`).join(' ')}</p>
      </details>
      <div class="columns">
        <Lines
          label="Added here, without the @"
          of={next.localParts}
          set={(localParts) => setNext({ ...next, localParts })}
        />
        <Lines
          label="Logged all the same, whole addresses"
          of={next.allowed}
          set={(allowed) => setNext({ ...next, allowed })}
        />
      </div>
      <div class="row">
        <button type="submit" class="button button-brand" disabled={action.busy}>
          Save exclusions
        </button>
        <Busy action={action} />
      </div>
    </form>
  );
}
