import { useState } from 'preact/hooks';
import type { PreviewsAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { words } from '../format.ts';
import { Busy } from '../parts/busy.tsx';
import { Card } from '../parts/card.tsx';
import { Table } from '../parts/table.tsx';
import { useAction } from '../use-action.ts';

type Preview = PreviewsAnswer['previews'][number];

const OUTCOMES: Readonly<Record<Preview['outcome'], string>> = {
  'would-be-written': 'It would be written:',
  'would-be-skipped': 'It would not be written:',
  'would-wait': 'It would wait:',
  refused: 'It is refused:',
};

/** What would become of an e-mail, where and why; nothing is written. */
export function DryRun({ api }: { readonly api: Api }) {
  const [user, setUser] = useState('');
  const [to, setTo] = useState('');
  const [subject, setSubject] = useState('Hello');
  const [preview, setPreview] = useState<Preview>();
  const action = useAction();
  const run = () =>
    action.run(async () => {
      const at = new Date().toISOString();
      const activity = { id: 'dry-run', kind: 'email.sent', at, user, to: [to], subject };
      const { previews } = await api.send<PreviewsAnswer>('POST', '/activities/previews', {
        activities: [activity],
      });
      setPreview(previews[0]);
      return undefined;
    });
  return (
    <Card title="Dry run">
      <p>What would become of an e-mail that a user sends now. Nothing is written.</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <Address label="Mixmax user" value={user} set={setUser} />
        <Address label="Recipient" value={to} set={setTo} />
        <label class="labelled">
          Subject
          <input value={subject} onInput={(event) => setSubject(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button button-brand" disabled={action.busy}>
          Try
        </button>
      </form>
      <Busy action={action} />
      {preview && <Result preview={preview} />}
    </Card>
  );
}

interface AddressProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

function Address({ label, value, set }: AddressProps) {
  return (
    <label class="labelled">
      {label}
      <input
        type="email"
        required
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

function Result({ preview }: { readonly preview: Preview }) {
  const { outcome, fault, rows, skipped } = preview;
  return (
    <div role="status">
      <p>
        <strong>{OUTCOMES[outcome]}</strong> {fault && `${fault.pointer} ${fault.reason}`}
        {skipped.map(({ person, reason }) => ` ${person}, ${words(reason).replaceAll('-', ' ')}.`)}
      </p>
      {rows.map((row, index) => (
        <Table
          key={`${row.person} ${index}`}
          caption={`${row.object} ${index + 1}`}
          columns={[`${row.object} for ${row.person}`, 'Value']}
        >
          <tr>
            <th scope="row">Written as</th>
            <td>{writerOf(row)}</td>
          </tr>
          {Object.entries(row.fields).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="fields">
                {value === null ? <span class="quiet">empty</span> : String(value)}
              </td>
            </tr>
          ))}
        </Table>
      ))}
    </div>
  );
}

function writerOf({ writer: { as, username, problem } }: Preview['rows'][number]): string {
  const who = as === 'user' ? 'the user' : 'the Sync User';
  const named = username === undefined ? who : `${who}, ${username}`;
  return problem === undefined ? named : `${named}: ${problem}`;
}
