import { useRef } from 'preact/hooks';
import { useAction } from '../use-action.ts';

interface ActionButtonProps {
  readonly label: string;
  /** @returns what to say when it is done */
  readonly run: () => Promise<string | undefined>;
  readonly look?: 'plain' | 'brand' | 'danger';
  /** Asked before it is done: what it means. */
  readonly confirm?: string;
  readonly disabled?: boolean;
}

/** A button whose work takes a while: it says so, and then what came of it. */
export function ActionButton(props: ActionButtonProps) {
  const { label, run, look = 'plain', confirm, disabled } = props;
  const action = useAction();
  const dialog = useRef<HTMLDialogElement>(null);
  const start = () => action.run(run);
  return (
    <span class="action">
      <button
        type="button"
        class={`button button-${look}`}
        disabled={disabled || action.busy}
        aria-busy={action.busy}
        onClick={() => (confirm ? dialog.current?.showModal() : start())}
      >
        {label}
      </button>
      <Outcome failure={action.failure} done={action.done} />
      {confirm && (
        <dialog ref={dialog} aria-label={label} closedby="any">
          <p>{confirm}</p>
          <form method="dialog" class="row">
            <button type="submit" class={`button button-${look}`} onClick={start}>
              {label}
            </button>
            <button type="submit" class="button">
              Cancel
            </button>
          </form>
        </dialog>
      )}
    </span>
  );
}

interface OutcomeProps {
  readonly failure?: string | undefined;
  readonly done?: string | undefined;
}

/** What came of something; read out as it appears. */
export function Outcome({ failure, done }: OutcomeProps) {
  return (
    <>
      <span role="alert" class="failed">
        {failure}
      </span>
      <span role="status" class="quiet">
        {done}
      </span>
    </>
  );
}
