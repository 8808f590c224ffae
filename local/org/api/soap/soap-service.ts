import { OrgError } from '../../errors.ts';
import type { ApiCall, Session } from '../api-call.ts';
import { type ApiResult, fromUtf8 } from '../http.ts';
import { mayLogIn, orgAs, requireApiEnabled } from '../org-as.ts';
import { parseEnvelope, type SoapRequest, soapFault, soapResult } from './envelope.ts';

export interface SoapAnswer {
  /** Finished `<result>` elements. */
  readonly results: readonly string[];
  /** Finished elements of the answer's header. */
  readonly header?: string;
}

export type SoapOperations = (
  call: ApiCall,
  request: SoapRequest,
  session: Session,
) => readonly string[] | Promise<SoapAnswer>;

/** Answers a SOAP call: finds the session in the envelope, counts the request, words faults. */
export async function answerSoap(
  call: ApiCall,
  namespace: string,
  operations: SoapOperations,
): Promise<ApiResult> {
  try {
    const request = parseEnvelope(readText(call));
    const session = call.org.sessions.find(request.sessionId ?? '');
    if (session === undefined || !mayLogIn(call.org, session.userId)) {
      const message = 'Invalid Session ID found in SessionHeader';
      return soapFault(namespace, 'INVALID_SESSION_ID', message);
    }
    requireApiEnabled(call.org, session.userId);
    call.org.limits.use('DailyApiRequests', 1);
    const asUser = { ...call, org: orgAs(call.org, session.userId) };
    const answer = await operations(asUser, request, session);
    const { results, header }: SoapAnswer = 'results' in answer ? answer : { results: answer };
    const name = `${request.operation}Response`;
    return soapResult(200, namespace, `<${name}>${results.join('')}</${name}>`, header);
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
