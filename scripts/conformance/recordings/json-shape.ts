/**
 * The shape of a JSON value: key names, their order and the types of values, without the values themselves. Elements of
 * a list share one shape.
 */
export interface Shape {
  /** `null`, `boolean`, `number`, `string`, kinds of text such as `datetime`, `object`, `list`. */
  readonly types: ReadonlySet<string>;
  /** In the order in which they come; empty for what is no object. */
  readonly keys: ReadonlyMap<string, Shape>;
  /** Keys that every object seen here has. */
  readonly always: ReadonlySet<string>;
  /** Of a list's elements; undefined when none was seen. */
  readonly elements: Shape | undefined;
}

/** Kinds of text that clients parse; everything else is `string`. */
const TEXT_KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['datetime +0000', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/],
  ['datetime Z', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/],
  ['date', /^\d{4}-\d\d-\d\d$/],
  ['id', /^[0-9a-zA-Z]{18}$/],
  ['path', /^\/services\/data\/v\d+\.\d\//],
];

export function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) {
    const elements = value.map(shapeOf).reduce<Shape | undefined>(merge, undefined);
    return { ...scalar('list'), elements };
  }
  if (typeof value !== 'object' || value === null) return scalar(typeOf(value));
  const keys = new Map(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]));
  return { ...scalar('object'), keys, always: new Set(keys.keys()) };
}

function scalar(type: string): Shape {
  return { types: new Set([type]), keys: new Map(), always: new Set(), elements: undefined };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'string') return typeof value;
  return TEXT_KINDS.find(([, pattern]) => pattern.test(value))?.[0] ?? 'string';
}

function merge(a: Shape | undefined, b: Shape): Shape {
  if (a === undefined) return b;
  const keys = new Map<string, Shape>();
  for (const key of mergeOrder([...a.keys.keys()], [...b.keys.keys()])) {
    const [inA, inB] = [a.keys.get(key), b.keys.get(key)];
    const both = inB === undefined ? inA : merge(inA, inB);
    if (both !== undefined) keys.set(key, both);
  }
  const always = [...keys.keys()].filter((key) => isAlways(a, key) && isAlways(b, key));
  const elements = b.elements === undefined ? a.elements : merge(a.elements, b.elements);
  return { types: new Set([...a.types, ...b.types]), keys, always: new Set(always), elements };
}

/** What is no object at all lacks no key. */
function isAlways({ types, always }: Shape, key: string): boolean {
  return !types.has('object') || always.has(key);
}

/** Both orders in one: keys that only one has stand behind the key they follow there. */
function mergeOrder(a: readonly string[], b: readonly string[]): string[] {
  const merged = [...a];
  for (const [index, key] of b.entries()) {
    if (merged.includes(key)) continue;
    const before = b[index - 1];
    merged.splice(before === undefined ? 0 : merged.indexOf(before) + 1, 0, key);
  }
  return merged;
}
