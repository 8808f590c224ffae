import { useState } from 'preact/hooks';
import { PRODUCTION, SANDBOX, type SignInRequest } from '../oauth-request.ts';
import { useAction } from '../use-action.ts';
import { Busy } from './busy.tsx';

interface ConnectFormProps {
  /** Given where they are known, as for a practice org. */
  readonly known: Partial<SignInRequest>;
  /** @returns where Salesforce wants the browser */
  readonly begin: (request: SignInRequest) => Promise<string>;
}

/** *Connect Sync User*, to production, a sandbox or a My Domain. */
export function ConnectForm({ known, begin }: ConnectFormProps) {
  const [clientId, setClientId] = useState(known.clientId ?? '');
  const [domain, setDomain] = useState(known.loginUrl ?? '');
  const action = useAction();
  const connect = (loginUrl: string) =>
    action.run(async () => {
      location.assign(await begin({ loginUrl, clientId }));
      return undefined;
    });
  const ready = clientId.trim() !== '' && !action.busy;
  return (
    <div class="stack">
      {known.clientId === undefined && (
        <label class="labelled">
          Consumer key of your External Client App
          <input value={clientId} onInput={(event) => setClientId(event.currentTarget.value)} />
        </label>
      )}
      {known.loginUrl === undefined && (
        <label class="labelled">
          My Domain, if sign-in needs it (https://acme.my.salesforce.com)
          <input
            type="url"
            value={domain}
            onInput={(event) => setDomain(event.currentTarget.value)}
          />
        </label>
      )}
      <div class="row">
        {domain !== '' ? (
          <ConnectButton ready={ready} to={domain} look="brand" connect={connect} label={domain} />
        ) : (
          <>
            <ConnectButton
              ready={ready}
              to={PRODUCTION}
              look="brand"
              connect={connect}
              label="production"
            />
            <ConnectButton
              ready={ready}
              to={SANDBOX}
              look="plain"
              connect={connect}
              label="sandbox"
            />
          </>
        )}
      </div>
      <Busy action={action} />
    </div>
  );
}

interface ConnectButtonProps {
  readonly ready: boolean;
  readonly to: string;
  readonly label: string;
  readonly look: string;
  readonly connect: (loginUrl: string) => void;
}

function ConnectButton({ ready, to, label, look, connect }: ConnectButtonProps) {
  return (
    <button
      type="button"
      class={`button button-${look}`}
      disabled={!ready}
      onClick={() => connect(to)}
    >
      Connect to {label}
    </button>
  );
}
