import type { ApiCall } from './api-call.ts';
import { methodNotAllowed, notFound } from './api-errors.ts';
import type { ApiResult } from './http.ts';

export type ApiHandler = (call: ApiCall) => ApiResult | Promise<ApiResult>;

/** A resource: a path pattern and what each HTTP method on it does. */
export interface Resource {
  /** `/services/data/:version/sobjects/:object`; `:name` matches one segment, a last `*name` the rest of the path. */
  readonly pattern: string;
  readonly methods: Readonly<Record<string, ApiHandler>>;
  /** False for what is answered without a session. */
  readonly authenticated?: false;
  /** False for what does not count against the daily API requests. */
  readonly counted?: false;
  /** The first API version that has it; left out, every version the org answers. */
  readonly since?: number;
}

export interface Match {
  readonly resource: Resource;
  readonly handler: ApiHandler;
  readonly params: Readonly<Record<string, string>>;
}

interface CompiledResource {
  readonly resource: Resource;
  readonly segments: readonly string[];
}

export interface Router {
  /**
   * @throws OrgError NOT_FOUND for an unknown path, METHOD_NOT_ALLOWED for another method of a known one
   */
  match(method: string, path: string): Match;
}

/** Fixed segments win over `:name` segments, so the order of the resources does not matter. */
export function createRouter(resources: readonly Resource[]): Router {
  const compiled = resources
    .map((resource): CompiledResource => ({ resource, segments: split(resource.pattern) }))
    .sort((a, b) => compareSpecificity(a.segments, b.segments));

  return {
    match(method, path) {
      const segments = split(path);
      for (const { resource, segments: pattern } of compiled) {
        const params = matchSegments(pattern, segments);
        if (params === undefined) continue;
        const handler = Object.hasOwn(resource.methods, method)
          ? resource.methods[method]
          : undefined;
        if (handler === undefined) throw methodNotAllowed(method, Object.keys(resource.methods));
        return { resource, handler, params };
      }
      throw notFound();
    },
  };
}

/** A slash at the end does not count; a double slash inside gives an empty segment, which matches nothing. */
function split(path: string): string[] {
  return path.replace(/^\//, '').replace(/\/$/, '').split('/');
}

function compareSpecificity(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = rank(a[index]) - rank(b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (segment.startsWith('*')) return 2;
  return segment.startsWith(':') ? 1 : 0;
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    if (expected.startsWith('*')) {
      params[expected.slice(1)] = segments.slice(index).join('/');
      return params;
    }
    const actual = segments[index];
    if (actual === undefined || actual === '') return undefined;
    if (expected.startsWith(':')) {
      const decoded = decodeSegment(actual);
      if (decoded === undefined) return undefined;
      params[expected.slice(1)] = decoded;
    } else if (expected.toLowerCase() !== actual.toLowerCase()) return undefined;
  }
  return segments.length === pattern.length ? params : undefined;
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
