import { useCallback, useMemo, useState } from 'preact/hooks';
import type { LoggingAnswer, UserSettingsAnswer } from './answers.ts';
import { apiOf } from './api.ts';
import { LoggingFields } from './panels/logging-fields.tsx';
import { Busy } from './parts/busy.tsx';
import { Card } from './parts/card.tsx';
import { Loaded } from './parts/loaded.tsx';
import { SignOut } from './parts/sign-out.tsx';
import type { Session } from './session.ts';
import { Outside } from './sign-in.tsx';
import { useAction } from './use-action.ts';
import { useResource } from './use-resource.ts';

const PATH = '/users/me/settings';

interface MeProps {
  readonly session: Session;
  readonly onSignedOut: () => void;
}

/** What of one's own activities is logged: to be changed where the role allows it, else to be read, with the reason. */
export function Me({ session, onSignedOut }: MeProps) {
  const api = useMemo(() => apiOf(session, onSignedOut), [session, onSignedOut]);
  const settings = useResource(useCallback(() => api.get<UserSettingsAnswer>(PATH), [api]));
  const save = async (body: object) =>
    settings.replace(await api.send<UserSettingsAnswer>('PUT', PATH, body));
  return (
    <Outside title="What is logged of me">
      <div class="row signed-in">
        <SignOut session={session} onSignedOut={onSignedOut} />
      </div>
      <Loaded of={settings} what="your settings">
        {(mine) => <OwnSettings key={JSON.stringify(mine)} of={mine} save={save} />}
      </Loaded>
    </Outside>
  );
}

interface OwnSettingsProps {
  readonly of: UserSettingsAnswer;
  readonly save: (body: object) => Promise<void>;
}

function OwnSettings({ of: { user, role, mayManage, why, own, holds }, save }: OwnSettingsProps) {
  const [next, setNext] = useState(holds);
  const action = useAction();
  const changed = changedMembers(holds, next);
  const put = (body: object) =>
    action.run(async () => {
      await save(body);
      return 'In force.';
    });
  const chosen = Object.keys(own);
  return (
    <Card title={user}>
      <p>
        Your role is <strong>{role}</strong>.{' '}
        {mayManage ? 'What you change here holds for you instead of what the role says.' : why}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          put(changed);
        }}
      >
        <fieldset class="plain" disabled={!mayManage}>
          <LoggingFields of={next} set={(change) => setNext({ ...next, ...change })} />
        </fieldset>
        {mayManage && (
          <div class="row">
            <button
              type="submit"
              class="button button-brand"
              disabled={action.busy || Object.keys(changed).length === 0}
            >
              Save my settings
            </button>
            <button
              type="button"
              class="button"
              disabled={action.busy || chosen.length === 0}
              onClick={() => put(Object.fromEntries(chosen.map((name) => [name, null])))}
            >
              Use those of the role
            </button>
            <Busy action={action} />
          </div>
        )}
      </form>
    </Card>
  );
}

/** Only these become one's own: of the rest the role has the say, also when it is changed later. */
function changedMembers(before: LoggingAnswer, after: LoggingAnswer): Partial<LoggingAnswer> {
  const names = Object.keys(after) as readonly (keyof LoggingAnswer)[];
  const changed = names.filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}
