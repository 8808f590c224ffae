import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpSecurityHeaders from '@middy/http-security-headers';
import { AppError } from '#core/errors.ts';
import { problem } from '#core/problem.ts';
import {
  type AcceptNoticePorts,
  type AcceptOutcome,
  acceptNotice,
} from '#usecases/accept-notice.ts';
import { createKnownOrgs } from '#usecases/known-orgs.ts';
import { createLivenessRecorder } from '#usecases/liveness-recorder.ts';
import {
  emptyAnswer,
  type HttpAnswer,
  type HttpEvent,
  problemAnswer,
  rawBody,
} from '../http/answers.ts';
import { problemAnswers } from '../http/problem-answers.ts';

const PATH = /^\/v1\/orgs\/([^/]+)\/notices\/?$/;

/**
 * The front door for notices: `POST /v1/orgs/{orgId}/notices`. Bodies are never parsed before the signature over their
 * raw bytes was verified.
 */
export function makeGateway(ports: AcceptNoticePorts) {
  const memory = { liveness: createLivenessRecorder(ports), knownOrgs: createKnownOrgs(ports) };

  async function receive(event: HttpEvent): Promise<HttpAnswer> {
    const pathOrgId = PATH.exec(event.rawPath)?.[1];
    if (pathOrgId === undefined || event.requestContext.http.method !== 'POST') {
      throw new AppError('not-found', 'Only POST /v1/orgs/{orgId}/notices is served here.');
    }
    const request = {
      id: event.headers['webhook-id'],
      timestamp: event.headers['webhook-timestamp'],
      signature: event.headers['webhook-signature'],
      body: rawBody(event),
    };
    return answer(await acceptNotice(ports, memory, pathOrgId, request));
  }

  return middy<HttpEvent, HttpAnswer>()
    .use(httpSecurityHeaders({ contentSecurityPolicy: false, permissionsPolicy: false }))
    .use(httpHeaderNormalizer())
    .use(problemAnswers(ports.telemetry))
    .handler(receive);
}

function answer({ outcome }: AcceptOutcome): HttpAnswer {
  switch (outcome) {
    case 'accepted':
      return emptyAnswer(202);
    case 'unauthorized':
      // One body for every reason: it must not tell a known org from an unknown one.
      return problemAnswer(problem('unauthorized', 'The signature could not be verified.'));
    case 'removed':
      return problemAnswer(problem('gone', 'Real-time sync was removed for this org.'));
  }
}
