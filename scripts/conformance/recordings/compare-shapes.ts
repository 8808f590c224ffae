import type { Shape } from './json-shape.ts';

/** One way in which an answer differs from the recorded one; names of keys, never values. */
export interface Difference {
  readonly kind:
    | 'status'
    | 'error code'
    | 'header'
    | 'missing key'
    | 'extra key'
    | 'key order'
    | 'type'
    | 'message';
  /** Where in the answer: `body.records[].Name`, `header location`. */
  readonly where: string;
  readonly detail: string;
}

export interface ShapeRules {
  /** Keys the recording lacks are all right: it is of an older version. */
  readonly mayHaveMore: boolean;
  /** The recording's order of keys is its publisher's, not the org's. */
  readonly anyOrder: boolean;
}

/** What of the practice org's shape contradicts the recorded one. */
export function compareShapes(
  recorded: Shape,
  actual: Shape,
  rules: ShapeRules,
  where = 'body',
): Difference[] {
  const found = compareTypes(recorded, actual, where);
  if (recorded.types.has('object') && actual.types.has('object')) {
    found.push(...compareKeys(recorded, actual, rules, where));
  }
  if (recorded.elements !== undefined && actual.elements !== undefined) {
    found.push(...compareShapes(recorded.elements, actual.elements, rules, `${where}[]`));
  }
  return found;
}

/** A null says nothing of the type, on either side. A text of a kind may stand where any text stands. */
function compareTypes(recorded: Shape, actual: Shape, where: string): Difference[] {
  const known = [...recorded.types].filter((type) => type !== 'null');
  if (known.length === 0) return [];
  const isText = (type: string): boolean => !['boolean', 'number', 'object', 'list'].includes(type);
  const anyText = known.includes('string');
  const wrong = [...actual.types].filter(
    (type) => type !== 'null' && !known.includes(type) && !(anyText && isText(type)),
  );
  if (wrong.length === 0) return [];
  return [{ kind: 'type', where, detail: `${wrong.join(', ')} instead of ${known.join(', ')}` }];
}

function compareKeys(
  recorded: Shape,
  actual: Shape,
  rules: ShapeRules,
  where: string,
): Difference[] {
  const found: Difference[] = [];
  for (const key of recorded.always) {
    if (!actual.always.has(key)) found.push({ kind: 'missing key', where, detail: key });
  }
  for (const [key, shape] of actual.keys) {
    const wanted = recorded.keys.get(key);
    if (wanted !== undefined) {
      found.push(...compareShapes(wanted, shape, rules, `${where}.${key}`));
    } else if (!rules.mayHaveMore) found.push({ kind: 'extra key', where, detail: key });
  }
  return rules.anyOrder ? found : [...found, ...compareOrder(recorded, actual, where)];
}

function compareOrder(recorded: Shape, actual: Shape, where: string): Difference[] {
  const order = [...recorded.keys.keys()];
  const places = [...actual.keys.keys()].map((key) => order.indexOf(key)).filter((at) => at >= 0);
  const wrong = places.findIndex((at, index) => index > 0 && at < (places[index - 1] ?? 0));
  return wrong < 0 ? [] : [{ kind: 'key order', where, detail: order[places[wrong] ?? 0] ?? '' }];
}
