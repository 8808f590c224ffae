import { z } from 'zod';
import { OrgError } from '../../errors.ts';
import { type ApiCall, jsonBody } from '../api-call.ts';

const lineEnding = z.enum(['LF', 'CRLF']).default('LF');
const columnDelimiter = z
  .enum(['COMMA', 'TAB', 'PIPE', 'SEMICOLON', 'CARET', 'BACKQUOTE'])
  .default('COMMA');
const contentType = z.literal('CSV').default('CSV');

/** Unknown members are refused by name, as the platform does. */
export const queryJobRequest = z.strictObject({
  operation: z.enum(['query', 'queryAll']),
  query: z.string().min(1),
  contentType,
  lineEnding,
  columnDelimiter,
});

export const ingestJobRequest = z.strictObject({
  object: z.string().min(1),
  operation: z.enum(['insert', 'update', 'upsert', 'delete', 'hardDelete']),
  externalIdFieldName: z.string().optional(),
  assignmentRuleId: z.string().optional(),
  contentType,
  lineEnding,
  columnDelimiter,
});

export const stateRequest = z.strictObject({ state: z.enum(['UploadComplete', 'Aborted']) });

/** @throws OrgError INVALIDJOB naming the member that is wrong */
export function readJobRequest<T>(call: ApiCall, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonBody(call));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  const message = `InvalidJob : ${where === '' ? '' : `${where}: `}${issue?.message}`;
  throw new OrgError('INVALIDJOB', message);
}
