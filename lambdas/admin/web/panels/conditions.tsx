import { useCallback, useState } from 'preact/hooks';
import type { CatalogueAnswer, ConditionsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { counted } from '../format.ts';
import type { PanelProps } from '../panel.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { useAction } from '../use-action.ts';
import { type Resource, useResource } from '../use-resource.ts';
import { type FieldLists, listsOf, unusedFields } from './field-lists.ts';
import { ObjectFields } from './object-fields.tsx';

/** Sync Conditions: which fields' changes count, per object. */
export function Conditions({ api }: PanelProps) {
  const conditions = useResource(
    useCallback(() => api.get<ConditionsAnswer>('/conditions'), [api]),
  );
  const catalogue = useResource(useCallback(() => api.get<CatalogueAnswer>('/fields'), [api]));
  return (
    <>
      <Loaded of={conditions} what="the Sync Conditions">
        {(shown) => (
          <Switch api={api} conditions={conditions} shown={shown} catalogue={catalogue} />
        )}
      </Loaded>
      <LatestFields api={api} catalogue={catalogue} />
    </>
  );
}

interface SwitchProps {
  readonly api: Api;
  readonly conditions: Resource<ConditionsAnswer>;
  readonly shown: ConditionsAnswer;
  readonly catalogue: Resource<CatalogueAnswer>;
}

function Switch({ api, conditions, shown, catalogue }: SwitchProps) {
  const action = useAction();
  const put = (lists: FieldLists | undefined) =>
    action.run(async () => {
      const body = lists === undefined ? { on: false } : { on: true, objects: lists };
      conditions.replace(await api.send<ConditionsAnswer>('PUT', '/conditions', body));
      catalogue.reload();
      return lists === undefined ? 'Off: every update counts.' : 'In force, in the org and here.';
    });
  return (
    <>
      <Card title="Which updates count">
        <p>
          Sync Conditions spare Apex calls: an update is told only if one of the fields below
          changed. New, deleted and restored records are always told.
        </p>
        <label>
          <input
            type="checkbox"
            checked={shown.on}
            disabled={action.busy || catalogue.data === undefined}
            onChange={() =>
              put(shown.on || !catalogue.data ? undefined : startingLists(catalogue.data))
            }
          />
          Sync Conditions are {shown.on ? 'on' : 'off'}
        </label>
        {shown.driftedSince && (
          <p class="failed">
            The org's synced fields differ from these since <Moment at={shown.driftedSince} />; they
            are being rewritten.
          </p>
        )}
        <Busy action={action} />
      </Card>
      {shown.on && (
        <Loaded of={catalogue} what="the fields of the org">
          {(fields) => <Lists shown={shown} catalogue={fields} put={put} busy={action.busy} />}
        </Loaded>
      )}
    </>
  );
}

interface ListsProps {
  readonly shown: ConditionsAnswer;
  readonly catalogue: CatalogueAnswer;
  readonly put: (lists: FieldLists) => void;
  readonly busy: boolean;
}

/** The lists as the reader edits them; they come into force all at once. */
function Lists({ shown, catalogue, put, busy }: ListsProps) {
  const saved = listsOf(shown);
  const [lists, setLists] = useState(saved);
  const changed = JSON.stringify(lists) !== JSON.stringify(saved);
  const unused = unusedFields(lists, catalogue);
  const count = Object.values(unused).reduce((sum, fields) => sum + fields.length, 0);
  const without = Object.fromEntries(
    Object.entries(lists).map(([object, fields]) => [
      object,
      fields.filter((field) => !unused[object]?.includes(field)),
    ]),
  );
  return (
    <Card
      title="Synced fields"
      actions={
        <button
          type="button"
          class="button"
          disabled={busy || count === 0}
          onClick={() => {
            setLists(without);
            put(without);
          }}
        >
          Remove {counted(count, 'unused field')}
        </button>
      }
    >
      {Object.entries(catalogue.objects)
        .filter(([object]) => object in shown.hashes)
        .map(([object, { fields, retired }]) => (
          <ObjectFields
            key={object}
            object={object}
            fields={fields}
            retired={retired}
            listed={lists[object] ?? []}
            onChange={(next) => setLists({ ...lists, [object]: next })}
          />
        ))}
      <div class="row">
        <button
          type="button"
          class="button button-brand"
          disabled={busy || !changed}
          onClick={() => put(lists)}
        >
          Save
        </button>
        {changed && <span class="quiet">Not saved yet.</span>}
      </div>
    </Card>
  );
}

function LatestFields({ api, catalogue }: Pick<SwitchProps, 'api' | 'catalogue'>) {
  const refresh = async () => {
    const { objects } = await api.send<{
      objects: Record<string, { added: string[]; removed: string[] }>;
    }>('POST', '/fields/refresh');
    catalogue.reload();
    const changes = Object.entries(objects)
      .map(
        ([object, { added, removed }]) => `${object}: ${added.length} new, ${removed.length} gone`,
      )
      .join('; ');
    return changes === '' ? 'Nothing has changed.' : changes;
  };
  return (
    <Card title="Fields of the org">
      <p>
        New fields, and fields that the Sync User may read only now, are found every midnight of
        California, or at once:
      </p>
      <ActionButton label="Get latest fields" run={refresh} />
      {catalogue.failure && (
        <Loaded of={catalogue} what="the fields of the org">
          {() => null}
        </Loaded>
      )}
    </Card>
  );
}

/** What conditions begin with: what somebody declared to read. The rest is the admin's choice. */
function startingLists({ objects }: CatalogueAnswer): FieldLists {
  const lists = Object.entries(objects).map(([object, { fields }]) => {
    const required = fields.filter(({ requiredBy }) => requiredBy.length > 0);
    return [object, required.map(({ name }) => name)] as const;
  });
  return Object.fromEntries(lists.filter(([, names]) => names.length > 0));
}
