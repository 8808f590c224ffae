import { OrgError } from '../../errors.ts';
import { plainJsonValue } from '../json-number.ts';

/** `@{account.id}`, `@{query.records[0].Id}`: values of earlier parts inside later ones. */
const REFERENCE = /@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}/g;

/** Replaces references in every text of a JSON value; a text that is one reference becomes its value's own type. */
export function resolveReferences(value: unknown, answers: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') return resolveText(value, answers);
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, answers));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveReferences(item, answers)]),
  );
}

function resolveText(text: string, answers: ReadonlyMap<string, unknown>): unknown {
  const whole = new RegExp(`^${REFERENCE.source}$`).exec(text);
  if (whole !== null) return lookUp(whole[1] ?? '', whole[2] ?? '', answers);
  return text.replace(REFERENCE, (_, name: string, path: string) =>
    String(lookUp(name, path, answers)),
  );
}

/** @throws OrgError when no earlier part of that name has such a member */
function lookUp(name: string, path: string, answers: ReadonlyMap<string, unknown>): unknown {
  let value = answers.get(name);
  for (const [, member, index] of path.matchAll(/\.([A-Za-z0-9_]+)|\[(\d+)\]/g)) {
    const key = member ?? index ?? '';
    const holder = typeof value === 'object' && value !== null ? value : undefined;
    value =
      holder !== undefined && Object.hasOwn(holder, key)
        ? (holder as Record<string, unknown>)[key]
        : undefined;
  }
  if (value === undefined) {
    const message = `Invalid reference specified. No value for ${name}${path} found.`;
    throw new OrgError('PROCESSING_HALTED', message);
  }
  return plainJsonValue(value);
}
