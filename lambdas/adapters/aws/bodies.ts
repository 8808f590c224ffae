import type { Item } from './dynamo-table.ts';

/** States are stored as one JSON text: DynamoDB's own maps cost more to write and to read, and no condition needs them. */
export function bodyOf<State>(item: Item): State {
  return JSON.parse(String(item['body'])) as State;
}

/** An item that is changed by compare-and-swap on `revision`. */
export function versioned(state: { readonly revision: number }) {
  return { revision: state.revision, body: JSON.stringify(state) };
}

/** Holds while nobody has changed the item since `revision` was read. */
export function stillAt(revision: number) {
  return {
    expression: '#revision = :revision',
    names: ['revision'],
    values: { revision },
  };
}
