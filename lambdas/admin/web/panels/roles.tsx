import { useCallback, useState } from 'preact/hooks';
import type { RoleAnswer, RolesAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Lines } from '../parts/lines.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { useAction } from '../use-action.ts';
import { useResource } from '../use-resource.ts';

const THROUGH = {
  'primary-role': 'Where the contact is the primary contact role',
  'any-role': 'Where the contact has any contact role',
  account: "Of the contact's account",
  none: 'None: relate to the account only',
} as const;

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
        {({ roles: names, kinds }) => (
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
                  name={name}
                  settings={settings}
                  kinds={kinds}
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
  readonly name: string;
  readonly settings: RoleAnswer;
  readonly kinds: readonly string[];
  readonly save: (next: Partial<RoleAnswer>) => Promise<void>;
}

function RoleForm({ name, settings, kinds, save }: RoleFormProps) {
  const [next, setNext] = useState(settings);
  const action = useAction();
  const { notLogged, opportunities, exclusions } = next;
  const set = (change: Partial<RoleAnswer>) => setNext({ ...next, ...change });
  const toggle = (kind: string) =>
    set({
      notLogged: notLogged.includes(kind)
        ? notLogged.filter((one) => one !== kind)
        : [...notLogged, kind],
    });
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
      <fieldset>
        <legend>Logged to Salesforce</legend>
        <div class="row">
          {kinds.map((kind) => (
            <Check
              key={kind}
              label={kind}
              on={!notLogged.includes(kind)}
              set={() => toggle(kind)}
            />
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Related opportunity</legend>
        <div class="row">
          <label>
            Which
            <select
              value={opportunities.through}
              onChange={(event) => {
                const through = event.currentTarget.value as keyof typeof THROUGH;
                set({ opportunities: { ...opportunities, through } });
              }}
            >
              {Object.entries(THROUGH).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <Check
            label="Only the user's own"
            on={opportunities.owned === 'by-user'}
            set={(on) =>
              set({ opportunities: { ...opportunities, owned: on ? 'by-user' : 'all' } })
            }
          />
          <Check
            label="Closed ones too, after open ones"
            on={opportunities.closed}
            set={(closed) => set({ opportunities: { ...opportunities, closed } })}
          />
        </div>
      </fieldset>
      <div class="row">
        <Check
          label="Create unresolved tasks for who is not in Salesforce"
          on={next.unresolved}
          set={(unresolved) => set({ unresolved })}
        />
        <Check label="Log BCC recipients" on={next.logBcc} set={(logBcc) => set({ logBcc })} />
        <Check
          label="Texts become comments"
          on={next.logTexts}
          set={(logTexts) => set({ logTexts })}
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

interface CheckProps {
  readonly label: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

function Check({ label, on, set }: CheckProps) {
  return (
    <label>
      <input type="checkbox" checked={on} onChange={() => set(!on)} />
      {label}
    </label>
  );
}
