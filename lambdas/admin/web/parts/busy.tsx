import type { Action } from '../use-action.ts';
import { Outcome } from './action-button.tsx';

/** What came of the last thing that was asked for, beside the controls that asked. */
export function Busy({ action }: { readonly action: Action }) {
  return (
    <p class="row">
      {action.busy && (
        <span role="status" class="quiet">
          Working…
        </span>
      )}
      <Outcome failure={action.failure} done={action.done} />
    </p>
  );
}
