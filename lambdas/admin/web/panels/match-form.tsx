import { useState } from 'preact/hooks';
import { Busy } from '../parts/busy.tsx';
import { useAction } from '../use-action.ts';

interface Match {
  readonly person: string;
  /** Of a contact or lead, 15 or 18 characters. */
  readonly recordId: string;
}

interface MatchFormProps {
  /** Addresses that no record has. */
  readonly people: readonly string[];
  readonly match: (picked: Match) => Promise<void>;
}

/** Says which contact or lead somebody is whose address no record has. */
export function MatchForm({ people, match }: MatchFormProps) {
  const [person, setPerson] = useState(people[0] ?? '');
  const [recordId, setRecordId] = useState('');
  const action = useAction();
  return (
    <details>
      <summary>Match</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          action.run(async () => {
            await match({ person, recordId: recordId.trim() });
            return 'It is being written.';
          });
        }}
      >
        <label class="labelled">
          Person
          <select value={person} onChange={(event) => setPerson(event.currentTarget.value)}>
            {people.map((address) => (
              <option key={address}>{address}</option>
            ))}
          </select>
        </label>
        <label class="labelled">
          Id of the contact or lead
          <input
            required
            pattern="(003|00Q)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?"
            value={recordId}
            onInput={(event) => setRecordId(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button" disabled={action.busy}>
          Log it there
        </button>
        <Busy action={action} />
      </form>
    </details>
  );
}
