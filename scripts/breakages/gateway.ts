import type { Breakage, PlanItem } from './breakage.ts';

const ANSWER = 'RtsGatewayAnswer.cls';
const DELIVERY = 'RtsDelivery.cls';
const SIGNER = 'RtsRequestSigner.cls';
const STATUSES = 'RtsGatewayAnswerTest.shouldTellWhatEachStatusAsksFor';
const VECTOR = 'RtsRequestSignerTest.shouldMakeTheStandardSignature';
const SENT_BYTES = 'RtsRequestSignerTest.shouldSignTheBytesThatAreSent';

/** One status is taken for what it is not. */
const misread = (
  status: number,
  verdict: string,
  alsoFoundBy: readonly string[] = [],
): Breakage => ({
  name: `${status} is taken for ${verdict}`,
  file: ANSWER,
  find: '    private static Verdict verdictOf(Integer status) {',
  replace: `    private static Verdict verdictOf(Integer status) {
        if (status == ${status}) {
            return Verdict.${verdict};
        }`,
  foundBy: [STATUSES, ...alsoFoundBy],
});

/** Items 8 and 9: what is posted, and what the answers mean. */
export const gateway: readonly PlanItem[] = [
  {
    item: 8,
    title: 'answers 200, 204, 400, 401, 408, 410, 413, 429, 500, 503, a time-out, garbage',
    breakages: [
      misread(200, 'RETRY'),
      misread(204, 'RETRY'),
      misread(400, 'RETRY', ['RtsDeliveryTest.shouldDropARejectedPage_asAGap_andGoOn']),
      misread(401, 'RETRY', ['RtsDeliveryTest.shouldStopAndPause_whenTheTokenIsWrong']),
      misread(408, 'MISCONFIGURED'),
      misread(410, 'MISCONFIGURED', ['RtsDeliveryTest.shouldAskToBeDisabled_whenTheOrgIsGone']),
      misread(413, 'REJECTED', [
        'RtsDeliveryTest.shouldHalveAPage_thatIsTooLargeForTheGateway',
        'RtsDeliveryTest.shouldGiveUpHalving_whenEvenASixteenthIsTooLarge',
      ]),
      misread(429, 'MISCONFIGURED', ['RtsSendFinalizerTest.shouldRespectThePlatformsLongestDelay']),
      misread(500, 'MISCONFIGURED', ['RtsSendFinalizerTest.shouldMakeTheSecondAttemptItself']),
      misread(503, 'MISCONFIGURED', ['RtsDeliveryTest.shouldKeepUnansweredPages_forARetry']),
      {
        name: 'Retry-After is not read',
        file: ANSWER,
        find: "throttled ? secondsOf(response.getHeader('Retry-After')) : 0",
        replace: '0',
        foundBy: [
          'RtsGatewayAnswerTest.shouldReadRetryAfter',
          'RtsSendFinalizerTest.shouldLeaveTheGatewayAlone_whenItAskedForTime',
          'RtsSendFinalizerTest.shouldRespectThePlatformsLongestDelay',
        ],
      },
      {
        name: 'Retry-After counts for 429 only',
        file: ANSWER,
        find: 'status == 429 || status == 503',
        replace: 'status == 429',
        foundBy: [
          'RtsGatewayAnswerTest.shouldReadRetryAfter',
          'RtsSendFinalizerTest.shouldLeaveTheGatewayAlone_whenItAskedForTime',
        ],
      },
      {
        name: 'a time-out is an answer',
        file: ANSWER,
        find: 'isForbidden ? Verdict.MISCONFIGURED : Verdict.RETRY',
        replace: 'Verdict.ACCEPTED',
        foundBy: [
          'RtsGatewayTest.shouldRetry_whenTheGatewayCannotBeReached',
          'RtsGatewayTest.shouldTellAMissingRemoteSite',
        ],
      },
      {
        name: 'a time-out ends the job',
        file: 'RtsGateway.cls',
        find: 'catch (CalloutException unreachable) {\n            return RtsGatewayAnswer.fromException(unreachable);',
        replace: 'catch (CalloutException unreachable) {\n            throw unreachable;',
        foundBy: [
          'RtsGatewayTest.shouldRetry_whenTheGatewayCannotBeReached',
          'RtsGatewayTest.shouldTellAMissingRemoteSite',
        ],
      },
      {
        name: 'a missing remote site is tried again and again',
        file: ANSWER,
        find: "message.containsIgnoreCase('Unauthorized endpoint')",
        replace: 'false',
        foundBy: ['RtsGatewayTest.shouldTellAMissingRemoteSite'],
      },
      {
        name: 'a web page that answers 200 is the gateway',
        file: ANSWER,
        find: 'isWebPage(response) && status < 300 ? Verdict.RETRY : verdictOf(status)',
        replace: 'verdictOf(status)',
        foundBy: ['RtsGatewayAnswerTest.shouldNotTakeAWebPageForTheGateway'],
      },
      {
        name: 'garbage is quoted in the error log',
        file: ANSWER,
        find: "contentType == null || !contentType.startsWithIgnoreCase('application/problem+json')",
        replace: 'contentType == null',
        foundBy: [
          'RtsGatewayAnswerTest.shouldQuoteOnlyProblemDocuments',
          'RtsGatewayAnswerTest.shouldNotTakeAWebPageForTheGateway',
        ],
      },
      {
        name: 'a rejected page is dropped without a word',
        file: DELIVERY,
        find: 'state.noteGap(page.since, RtsBreaker.GATEWAY);',
        replace: '',
        foundBy: [
          'RtsDeliveryTest.shouldDropARejectedPage_asAGap_andGoOn',
          'RtsDeliveryTest.shouldDropASingleRecord_thatIsTooLarge',
          'RtsDeliveryTest.shouldGiveUpHalving_whenEvenASixteenthIsTooLarge',
        ],
      },
      {
        name: 'a wrong token pauses nothing',
        file: DELIVERY,
        find: 'state.pause(MISCONFIGURED_PAUSE_MINUTES, RtsBreaker.GATEWAY);',
        replace: '',
        foundBy: ['RtsDeliveryTest.shouldStopAndPause_whenTheTokenIsWrong'],
      },
      {
        name: 'a removed org goes on sending',
        file: 'RtsSendFinalizer.cls',
        find: '            RtsSettings.disable();',
        replace: '',
        foundBy: ['RtsSendFinalizerTest.shouldTickDisable_whenTheOrgIsGone'],
      },
      {
        name: 'a page is halved without end',
        file: DELIVERY,
        find: 'isTooLarge && page.halvings() < MAX_HALVINGS && batch.splitPage()',
        replace: 'isTooLarge && batch.splitPage()',
        foundBy: ['RtsDeliveryTest.shouldGiveUpHalving_whenEvenASixteenthIsTooLarge'],
      },
      {
        name: 'the second half of a page is lost',
        file: 'RtsNoticePage.cls',
        find: 'second.changes.add(change.slice(taken, size - taken));',
        replace: '',
        foundBy: ['RtsDeliveryTest.shouldHalveAPage_thatIsTooLargeForTheGateway'],
      },
    ],
  },
  {
    item: 9,
    title: 'the signature of the standard; the signed bytes are the sent bytes',
    breakages: [
      {
        name: 'the body is signed without id and time',
        file: SIGNER,
        find: "Blob.valueOf(webhookId + '.' + seconds + '.' + body)",
        replace: 'Blob.valueOf(body)',
        foundBy: [
          VECTOR,
          SENT_BYTES,
          'RtsRequestSignerTest.shouldTakeATokenWithoutPrefixAsItStands',
        ],
      },
      {
        name: 'time is told in milliseconds',
        file: SIGNER,
        find: 'String.valueOf(sentAt.getTime() / 1000)',
        replace: 'String.valueOf(sentAt.getTime())',
        foundBy: [VECTOR, 'RtsGatewayTest.shouldPostSignedJson'],
      },
      {
        name: 'the token is used as text',
        file: SIGNER,
        find: 'token.startsWith(PREFIX) ? EncodingUtil.base64Decode(token.removeStart(PREFIX)) : Blob.valueOf(token)',
        replace: 'Blob.valueOf(token)',
        foundBy: [VECTOR, SENT_BYTES],
      },
      {
        name: 'another digest is used',
        file: SIGNER,
        find: 'hmacSHA256',
        replace: 'hmacSHA512',
        foundBy: [VECTOR, SENT_BYTES],
      },
      {
        name: 'the signature is told in hex',
        file: SIGNER,
        find: 'return EncodingUtil.base64Encode(',
        replace: 'return EncodingUtil.convertToHex(',
        foundBy: [VECTOR, SENT_BYTES],
      },
      {
        name: 'the scheme is left out',
        file: SIGNER,
        find: "SCHEME = 'v1,'",
        replace: "SCHEME = ''",
        foundBy: [VECTOR, SENT_BYTES, 'RtsGatewayTest.shouldPostSignedJson'],
      },
      {
        name: 'letters beyond ASCII are lost after signing',
        file: SIGNER,
        find: 'request.setBodyAsBlob(Blob.valueOf(body));',
        replace: "request.setBodyAsBlob(Blob.valueOf(body.replaceAll('[^ -~]', '?')));",
        foundBy: [SENT_BYTES],
      },
      {
        name: 'letters beyond ASCII are lost before signing',
        file: SIGNER,
        find: 'Blob content = Blob.valueOf(webhookId',
        replace:
          "body = body.replaceAll('[^ -~]', '?');\n        Blob content = Blob.valueOf(webhookId",
        foundBy: [SENT_BYTES],
      },
    ],
  },
];
