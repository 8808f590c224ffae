import { describe, expect, it } from 'vitest';
import {
  errorFromAnswer,
  errorFromRow,
} from '../../../../lambdas/adapters/salesforce/salesforce-error.ts';

const answer = (status: number, body: unknown, headers = {}) =>
  errorFromAnswer(status, headers, typeof body === 'string' ? body : JSON.stringify(body));
const coded = (errorCode: string, message = 'text', fields: string[] = []) => [
  { message, errorCode, fields },
];

describe('errorFromAnswer', () => {
  it.each([
    [400, coded('MALFORMED_QUERY'), 'salesforce-refused', false],
    [400, coded('INVALID_FIELD'), 'salesforce-field-gone', false],
    [401, coded('INVALID_SESSION_ID'), 'unauthorized', false],
    [
      403,
      coded('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
      'salesforce-quota',
      true,
    ],
    [
      403,
      coded('REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.'),
      'salesforce-unavailable',
      true,
    ],
    [400, coded('LIMIT_EXCEEDED', 'Max bulk v2 query jobs (10000)'), 'salesforce-quota', true],
    [400, coded('UNABLE_TO_LOCK_ROW'), 'salesforce-unavailable', true],
    [404, coded('NOT_FOUND'), 'salesforce-refused', false],
    [300, ['/services/data/v66.0/sobjects/X/1'], 'salesforce-refused', false],
    [302, '', 'salesforce-refused', false],
    [420, '', 'salesforce-unavailable', true],
    [429, '', 'salesforce-unavailable', true],
    [500, coded('UNKNOWN_EXCEPTION'), 'salesforce-unavailable', true],
    [502, '<html><body>Bad Gateway</body></html>', 'salesforce-unavailable', true],
    [503, 'not json', 'salesforce-unavailable', true],
  ] as const)('%i %j is %s', (status, body, code, retryable) => {
    expect(answer(status, body)).toMatchObject({ code, retryable });
  });

  it("names Salesforce's code, the fields, and what a query has wrong, on one line", () => {
    const message = "\nSELECT Naem FROM Account\n       ^\nERROR: No such column 'Naem'";
    const error = answer(400, coded('INVALID_FIELD', message, ['Naem']));
    expect(error.errorCode).toBe('INVALID_FIELD');
    expect(error.message).toBe(
      "Salesforce answered 400 INVALID_FIELD (Naem): SELECT Naem FROM Account ^ ERROR: No such column 'Naem'",
    );
  });

  it('never quotes a message that may hold values', () => {
    const body = coded('STRING_TOO_LONG', 'Name: data value too large: Jane Doe', ['Name']);
    expect(answer(400, body).message).toBe('Salesforce answered 400 STRING_TOO_LONG (Name)');
    expect(answer(502, '<html>Jane Doe</html>').message).toBe('Salesforce answered 502 HTTP_502');
    expect(answer(400, coded('<script>', 'Jane')).message).toBe('Salesforce answered 400 HTTP_400');
  });

  it('reads OAuth bodies and Retry-After', () => {
    expect(answer(400, { error: 'invalid_grant' }).errorCode).toBe('invalid_grant');
    expect(answer(503, '', { 'retry-after': '7' }).retryAfterSeconds).toBe(7);
    expect(answer(503, '', { 'retry-after': 'soon' }).retryAfterSeconds).toBeUndefined();
  });

  it('reads the errors of a row', () => {
    const errors = [
      { statusCode: 'REQUIRED_FIELD_MISSING', message: 'missing: [Name]', fields: ['Name'] },
    ];
    expect(errorFromRow(errors).message).toBe(
      'Salesforce answered REQUIRED_FIELD_MISSING (Name): missing: [Name]',
    );
  });
});
