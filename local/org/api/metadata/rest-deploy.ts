import { z } from 'zod';
import { OrgError } from '../../errors.ts';
import { type ApiCall, param, userOf } from '../api-call.ts';
import { textOf } from '../auth/users.ts';
import { type ApiResult, fromUtf8, json } from '../http.ts';
import { requireMetadataAccess } from '../org-as.ts';
import { deployResultJson } from './deploy-json.ts';
import type { Deploy } from './deploys.ts';
import { archiveContent } from './metadata-format.ts';
import { readMultipart } from './multipart.ts';
import { readZip } from './zip-reader.ts';

export const deployOptions = z.object({
  checkOnly: z.boolean().default(false),
  testLevel: z
    .enum([
      'NoTestRun',
      'RunSpecifiedTests',
      'RunLocalTests',
      'RunAllTestsInOrg',
      'RunRelevantTests',
    ])
    .default('NoTestRun'),
  runTests: z.array(z.string()).default([]),
});

const entity = z.object({ deployOptions: deployOptions.prefault({}) });

/** `POST /metadata/deployRequest`: a zip and its options as multipart form data. */
export function postDeployRequest(call: ApiCall): ApiResult {
  requireMetadataAccess(call.org, userOf(call));
  const parts = readMultipart(call.headers['content-type'] ?? '', call.body);
  const options = readOptions(parts.get('entity_content') ?? parts.get('json'));
  const archive = parts.get('file');
  if (archive === undefined) throw new OrgError('INVALID_INPUT', 'The part "file" is missing.');
  const deploy = call.org.deploys.start({
    ...archiveContent(readZip(archive)),
    ...options,
    userId: userOf(call),
  });
  return json(201, {
    id: deploy.id,
    validatedDeployRequestId: null,
    deployOptions: options,
    deployResult: deployResultJson(deploy, createdByName(call, deploy)),
  });
}

/** `GET /metadata/deployRequest/{id}[?includeDetails=true]`. */
export function getDeployRequest(call: ApiCall): ApiResult {
  requireMetadataAccess(call.org, userOf(call));
  const deploy = call.org.deploys.find(param(call, 'deployId'));
  const { details, ...result } = deployResultJson(deploy, createdByName(call, deploy));
  const withDetails = call.query.get('includeDetails') === 'true';
  return json(200, {
    id: deploy.id,
    validatedDeployRequestId: null,
    deployResult: withDetails ? { ...result, details } : result,
  });
}

export function createdByName(call: ApiCall, { userId }: Deploy): string {
  return textOf(call.org.store.read('User', userId)?.['Name']);
}

function readOptions(part: Uint8Array | undefined): z.infer<typeof deployOptions> {
  try {
    const value: unknown = part === undefined ? {} : JSON.parse(fromUtf8(part));
    return entity.parse(value).deployOptions;
  } catch {
    throw new OrgError('INVALID_INPUT', 'The part "entity_content" holds no deploy options.');
  }
}
