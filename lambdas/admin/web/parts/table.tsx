import type { ComponentChildren } from 'preact';

interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

interface TableProps {
  /** For screen readers: what the rows are. */
  readonly caption: string;
  readonly columns: readonly (string | Column)[];
  readonly children: ComponentChildren;
}

/** A table that scrolls within itself on narrow screens; by keyboard too, hence the focus. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={`${caption}, table`}>
      <table>
        <caption class="spoken">{caption}</caption>
        <thead>
          <tr>
            {columns.map(toColumn).map(({ title, numeric }) => (
              <th key={title} scope="col" class={numeric ? 'number' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function toColumn(column: string | Column): Column {
  return typeof column === 'string' ? { title: column } : column;
}
