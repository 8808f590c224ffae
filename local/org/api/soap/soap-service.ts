import { OrgError } from '../../errors.ts';
import type { ApiCall, Session } from '../api-call.ts';
import { type ApiResult, fromUtf8 } from '../http.ts';
import { parseEnvelope, type SoapRequest, soapFault, soapResult } from './envelope.ts';

/** One operation's results, each a finished `<result>` element. */
export type SoapOperations = (
  call: ApiCall,
  request: SoapRequest,
  session: Session,
) => readonly string[];

/** Answers a SOAP call: finds the session in the envelope, counts the request, words faults. */
export function answerSoap(
  call: ApiCall,
  namespace: string,
  operations: SoapOperations,
): ApiResult {
  try {
    const request = parseEnvelope(readText(call));
    const session = call.org.sessions.find(request.sessionId ?? '');
    if (session === undefined) {
      const message = 'Invalid Session ID found in SessionHeader';
      return soapFault(namespace, 'INVALID_SESSION_ID', message);
    }
    call.org.limits.use('DailyApiRequests', 1);
    const results = operations(call, request, session).join('');
    const name = `${request.operation}Response`;
    return soapResult(200, namespace, `<${name}>${results}</${name}>`);
  } catch (error) {
    if (error instanceof OrgError) return soapFault(namespace, error.code, error.message);
    throw error;
  }
}

export function unknownOperation(operation: string): OrgError {
  return new OrgError('UNKNOWN_EXCEPTION', `No operation available for request ${operation}`);
}

function readText(call: ApiCall): string {
  try {
    return fromUtf8(call.body);
  } catch {
    throw new OrgError('UNKNOWN_EXCEPTION', 'The SOAP request is not UTF-8');
  }
}
