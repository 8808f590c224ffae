import type { Context } from 'aws-lambda';
import type { Scheduler } from '../scheduler.ts';

/** The context Lambda would pass: the time left counts down from the function's own time-out. */
export function lambdaContext(
  scheduler: Scheduler,
  functionName: string,
  requestId: string,
  timeoutMs: number,
): Context {
  const deadline = scheduler.now() + timeoutMs;
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    logGroupName: `/local/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - scheduler.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
