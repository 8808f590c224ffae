import { plainException } from '../language/exception-types.ts';

/** Its rows are told by methods that all exceptions have. */
export const dmlExceptionType = plainException('DmlException');

/** Thrown by a platform event trigger to get its batch again. */
export const retryableExceptionType = plainException('EventBus.RetryableException');

export const invalidReplayIdExceptionType = plainException('EventBus.InvalidReplayIdException');
