import { OrgError } from '../../errors.ts';
import { type ApiCall, userOf } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';

/** `GET /tooling/executeAnonymous?anonymousBody=`: what went wrong is part of the answer, not its status. */
export async function getExecuteAnonymous(call: ApiCall): Promise<ApiResult> {
  const block = call.query.get('anonymousBody');
  if (block === null) throw new OrgError('INVALID_INPUT', 'anonymousBody is missing');
  const outcome = await call.org.apex.executeAnonymous(block, userOf(call));
  return json(200, {
    line: outcome.line,
    column: outcome.column,
    compiled: outcome.compiled,
    success: outcome.success,
    compileProblem: outcome.compileProblem,
    exceptionStackTrace: outcome.exceptionStackTrace,
    exceptionMessage: outcome.exceptionMessage,
  });
}
