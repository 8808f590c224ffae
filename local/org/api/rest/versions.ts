import { OrgError } from '../../errors.ts';
import { type ApiCall, dataPath, userOf } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import { type ApiResult, json } from '../http.ts';

const OLDEST_VERSION = 31;
const NEWEST_VERSION = 66;

/** Three releases a year; version 31 came out in summer 2014, and winter releases carry the next year's number. */
const SEASONS = ['Summer', 'Winter', 'Spring'] as const;

/**
 * Checks a path segment such as `v66.0`.
 * @returns `66.0`
 * @throws OrgError GONE (410) for a retired version, NOT_FOUND for one that never was
 */
export function parseVersion(segment: string): string {
  const number = /^v(\d{1,3})\.0$/.exec(segment)?.[1];
  if (number === undefined || Number(number) > NEWEST_VERSION || Number(number) < 7) {
    throw notFound();
  }
  if (Number(number) < OLDEST_VERSION) {
    throw new OrgError('GONE', `API version ${number}.0 is retired.`, { status: 410 });
  }
  return `${Number(number)}.0`;
}

/** `GET /services/data`: no session needed. */
export function listVersions(): ApiResult {
  const versions = Array.from({ length: NEWEST_VERSION - OLDEST_VERSION + 1 }, (_, index) => {
    const version = `${OLDEST_VERSION + index}.0`;
    return { label: releaseName(index), url: `/services/data/v${version}`, version };
  });
  return json(200, versions);
}

function releaseName(releasesSinceSummer14: number): string {
  const season = SEASONS[releasesSinceSummer14 % 3] ?? SEASONS[0];
  const year = 14 + Math.ceil(releasesSinceSummer14 / 3);
  return `${season} '${year}`;
}

/** `GET /services/data/vXX.X`: resource names with their paths. */
export function listResources(call: ApiCall): ApiResult {
  const names = [
    'tooling',
    'metadata',
    'limits',
    'sobjects',
    'query',
    'queryAll',
    'search',
    'parameterizedSearch',
    'recent',
  ];
  const base = dataPath(call);
  return json(200, {
    ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
    composite: `${base}/composite`,
    jobs: `${base}/jobs`,
    identity: `${call.org.instanceUrl}/id/${call.org.orgId}/${userOf(call)}`,
  });
}

/** `GET /composite` and `GET /tooling`: what lies below. */
export function listBelow(parent: string, names: readonly string[]): (call: ApiCall) => ApiResult {
  return (call) =>
    json(
      200,
      Object.fromEntries(names.map((name) => [name, `${dataPath(call)}/${parent}/${name}`])),
    );
}
