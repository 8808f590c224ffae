import { useCallback, useState } from 'preact/hooks';
import type { RoleAnswer, RolesAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Check } from '../parts/check.tsx';
import { Lines } from '../parts/lines.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { useAction } from '../use-action.ts';
import { useResource } from '../use-resource.ts';
import { LoggingFields } from './logging-fields.tsx';
import { RelatedObjects } from './related-objects.tsx';

interface RolesProps {
  readonly api: Api;
}

/** Which activities are logged, and where, for the members of each role. */
export function Roles({ api }: RolesProps) {
  const [name, setName] = useState('default');
  const [fresh, setFresh] = useState('');
  const roles = useResource(useCallback(() => api.get<RolesAnswer>('/roles'), [api]));
  const path = `/roles/${encodeURIComponent(name)}`;
  const role = useResource(useCallback(() => api.get<RoleAnswer>(path), [api, path]));
  return (
    <Card title="Roles">
      <Loaded of={roles} what="the roles">
        {({ roles: names }) => (
          <>
            <div class="row">
              <label>
                Role
                <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
                  {[...new Set([...names, name])].map((one) => (
                    <option key={one} value={one}>
                      {one === 'default' ? 'default (everybody else)' : one}
                    </option>
                  ))}
                </select>
              </label>
              <form
                class="row"
                onSubmit={(event) => {
                  event.preventDefault();
                  if (fresh.trim() !== '') setName(fresh.trim());
                  setFresh('');
                }}
              >
                <input
                  aria-label="Name of a new role"
                  placeholder="New role"
                  pattern="[\w \-]{1,80}"
                  value={fresh}
                  onInput={(event) => setFresh(event.currentTarget.value)}
                />
                <button type="submit" class="button">
                  Add role
                </button>
              </form>
            </div>
            <Loaded of={role} what="the role">
              {(settings) => (
                <RoleForm
                  key={`${name} ${JSON.stringify(settings)}`}
                  api={api}
                  name={name}
                  settings={settings}
                  save={async (next) => {
                    role.replace(await api.send<RoleAnswer>('PUT', path, next));
                    roles.reload();
                  }}
                />
              )}
            </Loaded>
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface RoleFormProps {
  readonly api: Api;
  readonly name: string;
  readonly settings: RoleAnswer;
  readonly save: (next: Partial<RoleAnswer>) => Promise<void>;
}

function RoleForm({ api, name, settings, save }: RoleFormProps) {
  const [next, setNext] = useState(settings);
  const action = useAction();
  const { exclusions } = next;
  const set = (change: Partial<RoleAnswer>) => setNext({ ...next, ...change });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        action.run(async () => {
          await save(next);
          return 'In force.';
        });
      }}
    >
      <LoggingFields of={next} set={set} />
      <RelatedObjects
        api={api}
        of={next.relatedObjects}
        set={(relatedObjects) => set({ relatedObjects })}
      />
      <div class="row">
        <Check
          label="Individuals in this role can manage their own Salesforce settings"
          on={next.membersManage}
          set={(membersManage) => set({ membersManage })}
        />
      </div>
      <div class="columns">
        {name !== 'default' && (
          <Lines
            label="Members, one address a line"
            of={next.members}
            set={(members) => set({ members })}
          />
        )}
        <Lines
          label="Addresses not logged"
          of={exclusions.addresses}
          set={(addresses) => set({ exclusions: { ...exclusions, addresses } })}
        />
        <Lines
          label="Domains not logged"
          of={exclusions.domains}
          set={(domains) => set({ exclusions: { ...exclusions, domains } })}
        />
      </div>
      <div class="row">
        <button type="submit" class="button button-brand" disabled={action.busy}>
          Save role
        </button>
        <Busy action={action} />
      </div>
    </form>
  );
}
