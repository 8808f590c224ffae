import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface CardProps {
  readonly title: string;
  /** What stands beside the title: buttons, a filter. */
  readonly actions?: ComponentChildren;
  /** A mark at its edge. */
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}

export type Tone = 'good' | 'busy' | 'warn' | 'bad';

/** A titled region: screen readers list it by its title. */
export function Card({ title, actions, tone, children }: CardProps) {
  const id = useId();
  return (
    <section class={tone ? `card card-${tone}` : 'card'} aria-labelledby={id}>
      <header class="card-header">
        <h2 id={id}>{title}</h2>
        {actions && <div class="card-actions">{actions}</div>}
      </header>
      <div class="card-body">{children}</div>
    </section>
  );
}
