import { expect, test } from 'vitest';
import { type ApiHandler, createRouter } from '../../../../local/org/api/router.ts';

const named =
  (name: string): ApiHandler =>
  () => ({ status: 200, json: name });

const router = createRouter([
  { pattern: '/data/:version/sobjects/:object/:id', methods: { GET: named('row') } },
  { pattern: '/data/:version/sobjects/:object/describe', methods: { GET: named('describe') } },
  {
    pattern: '/data/:version/sobjects/:object',
    methods: { GET: named('object'), POST: named('new') },
  },
  { pattern: '/apex/*rest', methods: { GET: named('apex') } },
]);

test('a fixed segment wins over a named one, in any order of declaration', () => {
  const match = router.match('GET', '/data/v66.0/sobjects/Account/describe');
  expect(match.handler(undefined as never)).toEqual({ status: 200, json: 'describe' });
  expect(match.params).toEqual({ version: 'v66.0', object: 'Account' });
});

test('segments are decoded, a slash at the end does not count', () => {
  const match = router.match('GET', '/data/v66.0/sobjects/Account/a%2Fb%20c/');
  expect(match.params['id']).toBe('a/b c');
});

test('a star takes the rest', () => {
  expect(router.match('GET', '/apex/a/b/c').params['rest']).toBe('a/b/c');
});

test.each(['/data', '/data/v66.0//sobjects/Account', '/data/v66.0/sobjects/%E0%A4%A', '/nowhere'])(
  '%s is not found',
  (path) => {
    expect(() => router.match('GET', path)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', status: 404 }),
    );
  },
);

test('another method of a known path is named with what is allowed', () => {
  expect(() => router.match('DELETE', '/data/v66.0/sobjects/Account')).toThrow(
    "HTTP Method 'DELETE' not allowed. Allowed are GET,POST",
  );
  expect(() => router.match('__proto__', '/data/v66.0/sobjects/Account')).toThrow('not allowed');
});
