import { OrgSchema } from '../../schema/org-schema.ts';
import { type ApiCall, userOf } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import type { ApiResult } from '../http.ts';
import { describeGlobal, describeObject } from '../rest/describe.ts';

/** Objects of the org itself that the Tooling API shows as well. */
const SHARED = [
  'ApexClass',
  'ApexTrigger',
  'AsyncApexJob',
  'EntityDefinition',
  'Organization',
  'PermissionSet',
  'Profile',
  'User',
];

/** `GET /tooling/sobjects`: what Tooling queries can read. */
export function describeToolingGlobal(call: ApiCall): ApiResult {
  return describeGlobal(onTooling(call));
}

/** `GET /tooling/sobjects/{object}/describe`. */
export function describeToolingObject(call: ApiCall): ApiResult {
  return describeObject(onTooling(call));
}

/** The same call on the objects of the Tooling API; without View Setup and Configuration there are none. */
function onTooling(call: ApiCall): ApiCall {
  const { org } = call;
  if (!org.access.of(userOf(call)).has('ViewSetup')) throw notFound();
  const own = org.tooling.current().schema.all();
  const names = new Set(own.map(({ name }) => name));
  const shared = SHARED.filter((name) => !names.has(name)).flatMap(
    (name) => org.schema.find(name) ?? [],
  );
  return {
    ...call,
    org: { ...org, engine: org.engine, schema: new OrgSchema([...own, ...shared]) },
  };
}
