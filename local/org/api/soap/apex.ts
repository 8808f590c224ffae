import type { AnonymousOutcome } from '../../anonymous-apex.ts';
import type { ApiCall, Session } from '../api-call.ts';
import type { ApiResult } from '../http.ts';
import { nilElement, type SoapRequest, textOf, xmlElement } from './envelope.ts';
import { answerSoap, type SoapAnswer, unknownOperation } from './soap-service.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/08/apex';

/** `POST /services/Soap/s/{version}[/{orgId}]`: the Apex API, of which clients use `executeAnonymous`. */
export function postApexSoap(call: ApiCall): Promise<ApiResult> {
  return answerSoap(call, NAMESPACE, runOperation);
}

async function runOperation(
  call: ApiCall,
  { operation, input, header }: SoapRequest,
  { userId }: Session,
): Promise<SoapAnswer> {
  if (operation !== 'executeAnonymous') throw unknownOperation(operation);
  const block = textOf(input['String'] ?? input['apexcode']) ?? '';
  const outcome = await call.org.apex.executeAnonymous(block, userId);
  const wantsLog = header['DebuggingHeader'] !== undefined;
  const log = xmlElement('debugLog', debugLog(call, block, outcome));
  return {
    results: [resultXml(outcome)],
    ...(wantsLog ? { header: `<DebuggingInfo>${log}</DebuggingInfo>` } : {}),
  };
}

function resultXml(outcome: AnonymousOutcome): string {
  const members = [
    xmlElement('column', String(outcome.column)),
    nilElement('compileProblem', outcome.compileProblem),
    xmlElement('compiled', String(outcome.compiled)),
    nilElement('exceptionMessage', outcome.exceptionMessage),
    nilElement('exceptionStackTrace', outcome.exceptionStackTrace),
    xmlElement('line', String(outcome.line)),
    xmlElement('success', String(outcome.success)),
  ];
  return `<result>${members.join('')}</result>`;
}

/** The block, what it logged, and the error it ended with, in the form of a debug log. */
function debugLog(call: ApiCall, block: string, outcome: AnonymousOutcome): string {
  const time = new Date(call.org.scheduler.now()).toISOString().slice(11, 21);
  const entry = (...parts: readonly string[]): string => [`${time} (0)`, ...parts].join('|');
  const head = `${call.params['apiVersion']} APEX_CODE,DEBUG`;
  const source = block.split('\n').map((line) => `Execute Anonymous: ${line}`);
  if (!outcome.compiled) return [head, ...source].join('\n');
  return [
    head,
    ...source,
    entry('EXECUTION_STARTED'),
    entry('CODE_UNIT_STARTED', '[EXTERNAL]', 'execute_anonymous_apex'),
    ...outcome.logs.map((text) => entry('USER_DEBUG', '[EXTERNAL]', ...levelAndText(text))),
    ...(outcome.exceptionMessage === null
      ? []
      : [entry('FATAL_ERROR', outcome.exceptionMessage, outcome.exceptionStackTrace ?? '')]),
    entry('CODE_UNIT_FINISHED', 'execute_anonymous_apex'),
    entry('EXECUTION_FINISHED'),
  ].join('\n');
}

/** Logged texts other than DEBUG begin with their level. */
function levelAndText(text: string): [level: string, text: string] {
  const [, level, rest] = /^(ERROR|WARN|INFO|FINE|FINER|FINEST): ([\s\S]*)$/.exec(text) ?? [];
  return level === undefined || rest === undefined ? ['DEBUG', text] : [level, rest];
}
