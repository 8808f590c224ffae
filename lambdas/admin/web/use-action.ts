import { useState } from 'preact/hooks';
import { describeFailure } from './api-error.ts';

export interface Action {
  readonly busy: boolean;
  /** Why the last try failed, or what came of it. */
  readonly failure?: string;
  readonly done?: string;
  /** @param work answers what to say when it is done; nothing = it shows by itself */
  readonly run: (work: () => Promise<string | undefined>) => void;
}

/** Something the reader asked for: one at a time, with what came of it. */
export function useAction(): Action {
  const [state, setState] = useState<Omit<Action, 'run'>>({ busy: false });
  const run = (work: () => Promise<string | undefined>) => {
    if (state.busy) return;
    setState({ busy: true });
    work().then(
      (done) => setState({ busy: false, ...(done !== undefined && { done }) }),
      (error: unknown) => setState({ busy: false, failure: describeFailure(error) }),
    );
  };
  return { ...state, run };
}
