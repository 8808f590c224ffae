import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { failureReason } from '#core/failure-reason.ts';
import { problemOf, retryAfterSeconds } from '#core/problem.ts';

describe('problemOf', () => {
  it('tells what we named ourselves', () => {
    const error = new AppError('invalid-input', 'limit: too large.', { pointer: '/limit' });
    expect(problemOf(error)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'invalid-input',
      detail: 'limit: too large.',
      pointer: '/limit',
    });
  });

  it('tells nothing of anything else', () => {
    for (const error of [new Error('password=1'), new AppError('internal', 'password=1'), 'x']) {
      const problem = problemOf(error);
      expect(problem).toMatchObject({ status: 500, code: 'internal' });
      expect(JSON.stringify(problem)).not.toContain('password');
    }
  });

  it('asks to retry what may pass by itself', () => {
    expect(retryAfterSeconds(new AppError('unavailable', 'x', { retryable: true }))).toBe(60);
    expect(retryAfterSeconds(new AppError('throttled', 'x', { retryAfterSeconds: 5 }))).toBe(5);
    expect(retryAfterSeconds(new AppError('invalid-input', 'x'))).toBeUndefined();
    expect(retryAfterSeconds(new Error('x'))).toBeUndefined();
  });
});

describe('failureReason', () => {
  it('gives our own message, and of a foreign error only kind and place', () => {
    expect(failureReason(new AppError('conflict', 'Try again.'))).toBe('Try again.');
    const foreign = failureReason(new TypeError('value ada@x.example'));
    expect(foreign).toMatch(/^TypeError \| at /);
    expect(foreign).not.toContain('ada@x.example');
    expect(failureReason('secret')).toBe('string');
  });
});
