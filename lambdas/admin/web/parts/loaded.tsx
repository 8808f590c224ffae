import type { ComponentChildren } from 'preact';
import type { Resource } from '../use-resource.ts';

interface LoadedProps<T> {
  readonly of: Resource<T>;
  /** What is being read, as in "Reading the limits…". */
  readonly what: string;
  /** What to say when there is nothing to show. */
  readonly empty?: (data: T) => string | undefined;
  readonly children: (data: T) => ComponentChildren;
}

/** The states of everything that is read: on its way, failed with the reason and a second try, empty, there. */
export function Loaded<T>({ of, what, empty, children }: LoadedProps<T>) {
  const { data, failure, reload } = of;
  const nothing = data === undefined ? undefined : empty?.(data);
  return (
    <>
      {failure && (
        <div class="problem" role="alert">
          <p>{failure}</p>
          <button type="button" class="button" onClick={reload}>
            Try again
          </button>
        </div>
      )}
      {data === undefined && !failure && (
        <p class="quiet loading" role="status">
          Reading {what}…
        </p>
      )}
      {nothing !== undefined && <p class="quiet">{nothing}</p>}
      {data !== undefined && nothing === undefined && children(data)}
    </>
  );
}
