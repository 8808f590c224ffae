import type { ComponentChildren } from 'preact';

interface FactsProps {
  /** Name and value; a value that is undefined is left out. */
  readonly of: readonly (readonly [string, ComponentChildren | undefined])[];
}

/** Names with their values. */
export function Facts({ of }: FactsProps) {
  return (
    <dl class="facts">
      {of.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
