import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { describeFailure } from './api-error.ts';

/** What a panel shows of something that is read: nothing yet, why it could not be read, or the thing. */
export interface Resource<T> {
  readonly data?: T;
  readonly failure?: string;
  /** Reads it again; what is shown stays until the answer is there. */
  readonly reload: () => void;
  /** Shows this from now on: the answer to a change holds what a reading would. */
  readonly replace: (data: T) => void;
}

/**
 * Reads something when the panel opens, and again every `everyMs` while the page can be seen.
 *
 * @param load to be made with `useCallback`: another function is another thing to read
 */
export function useResource<T>(load: () => Promise<T>, everyMs?: number): Resource<T> {
  const [state, setState] = useState<{ data?: T; failure?: string }>({});
  const latest = useRef(0);
  const read = useCallback(async () => {
    latest.current += 1;
    const turn = latest.current;
    const next = await load().then(
      (data) => ({ data }),
      (error: unknown) => ({ failure: describeFailure(error) }),
    );
    // An answer that a later one has overtaken is old.
    if (turn !== latest.current) return;
    setState((before) => ('data' in next ? next : { ...before, ...next }));
  }, [load]);

  useEffect(() => {
    setState({});
    void read();
    if (everyMs === undefined) return () => forget(latest);
    const timer = setInterval(() => {
      if (!document.hidden) void read();
    }, everyMs);
    return () => {
      clearInterval(timer);
      forget(latest);
    };
  }, [read, everyMs]);

  const replace = useCallback((data: T) => {
    latest.current += 1;
    setState({ data });
  }, []);
  return { ...state, reload: () => void read(), replace };
}

/** No answer under way is shown any more. */
function forget(latest: { current: number }): void {
  latest.current += 1;
}
