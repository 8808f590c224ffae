import { compareShapes, type Difference, type ShapeRules } from './compare-shapes.ts';
import { shapeOf } from './json-shape.ts';

export interface Answer {
  readonly status: number;
  /** Lower-case names; undefined when they are not known. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: unknown;
}

/** Headers that clients act on. */
const HEADERS = [
  'cache-control',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'location',
  'sforce-limit-info',
  'vary',
];

/** In which ways the practice org's answer differs from the recorded one. */
export function compareAnswers(recorded: Answer, actual: Answer, rules: ShapeRules): Difference[] {
  const found: Difference[] = [];
  if (recorded.status !== actual.status) {
    const detail = `${actual.status} instead of ${recorded.status}`;
    found.push({ kind: 'status', where: 'status', detail });
  }
  if (recorded.headers !== undefined && actual.headers !== undefined) {
    found.push(...compareHeaders(recorded.headers, actual.headers));
  }
  const plain = withoutSuffixes(actual.body);
  return [
    ...found,
    ...compareShapes(shapeOf(withoutSuffixes(recorded.body)), shapeOf(plain), rules),
    ...compareErrors(recorded.body, actual.body),
  ];
}

function compareHeaders(
  recorded: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): Difference[] {
  return HEADERS.flatMap((name): Difference[] => {
    const [wanted, came] = [formOf(recorded[name]), formOf(actual[name])];
    if (wanted === came) return [];
    return [{ kind: 'header', where: `header ${name}`, detail: `${came} instead of ${wanted}` }];
  });
}

/** The header with what differs from org to org taken out: ids, dates, numbers. */
function formOf(value: string | undefined): string {
  if (value === undefined) return 'none';
  return value
    .replace(/\b\w{3}, \d{1,2} \w{3} \d{4} [\d:]{8} GMT/g, 'DATE')
    .replace(/\b[0-9a-zA-Z]{18}\b/g, 'ID')
    .replace(/\b[0-9a-f]{8}\b/g, 'HASH')
    .replace(/\d+/g, 'N');
}

/** Publishers left the suffix of custom names out. */
function withoutSuffixes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSuffixes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.replace(/__c$/, ''), withoutSuffixes(one)]),
  );
}

/** Codes and texts of errors, which the shape says nothing of. */
function compareErrors(recorded: unknown, actual: unknown): Difference[] {
  const [wanted, came] = [errorOf(recorded), errorOf(actual)];
  if (wanted === undefined) return [];
  const found: Difference[] = [];
  if (wanted.code !== came?.code) {
    const detail = `${came?.code} instead of ${wanted.code}`;
    found.push({ kind: 'error code', where: 'body', detail });
  }
  if (wanted.message !== came?.message) {
    found.push({ kind: 'message', where: 'body', detail: 'another text' });
  }
  return found;
}

function errorOf(body: unknown): { readonly code: unknown; readonly message: unknown } | undefined {
  const error: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof error !== 'object' || error === null) return undefined;
  const {
    errorCode,
    message,
    error: code,
    error_description: text,
  } = error as Record<string, unknown>;
  if (errorCode !== undefined) return { code: errorCode, message };
  return code === undefined ? undefined : { code, message: text };
}
