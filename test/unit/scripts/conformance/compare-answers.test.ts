import { expect, test } from 'vitest';
import {
  type Answer,
  compareAnswers,
} from '../../../../scripts/conformance/recordings/compare-answers.ts';
import {
  KNOWN_DIFFERENCES,
  NOT_COMPARED,
} from '../../../../scripts/conformance/recordings/known-differences.ts';

const STRICT = { mayHaveMore: false, anyOrder: false };

function answer(body: unknown, changes: Partial<Answer> = {}): Answer {
  return { status: 200, headers: undefined, body, ...changes };
}

function differences(recorded: unknown, actual: unknown, rules = STRICT): string[] {
  return compareAnswers(answer(recorded), answer(actual), rules).map(
    ({ kind, where, detail }) => `${kind} at ${where}: ${detail}`,
  );
}

test('other values of the same types are no difference', () => {
  const recorded = { done: true, records: [{ Id: '001dM00003jU9GyQAK', Name: 'A', Phone: null }] };
  const actual = { done: false, records: [{ Id: '001dM00003kSQJvQAO', Name: 'B', Phone: '1' }] };
  expect(differences(recorded, actual)).toEqual([]);
});

test.each([
  ['a missing key', { a: 1, b: 2 }, { a: 1 }, 'missing key at body: b'],
  ['a key more', { a: 1 }, { a: 1, c: 1 }, 'extra key at body: c'],
  ['another order', { a: 1, b: 1 }, { b: 1, a: 1 }, 'key order at body: a'],
  ['a number as text', { a: 1 }, { a: '1' }, 'type at body.a: string instead of number'],
  [
    'another form of date and time',
    { at: '2026-05-06T11:57:09.000+0000' },
    { at: '2026-05-06T11:57:09.000Z' },
    'type at body.at: datetime Z instead of datetime +0000',
  ],
  ['an object for a list', { a: [1] }, { a: {} }, 'type at body.a: object instead of list'],
  [
    'a key missing in one element',
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, {}],
    'missing key at body[]: a',
  ],
  [
    'another error code',
    [{ message: 'm', errorCode: 'A' }],
    [{ message: 'm', errorCode: 'B' }],
    'error code at body: B instead of A',
  ],
  [
    'another error of a login',
    { error: 'invalid_grant', error_description: 'd' },
    { error: 'invalid_client', error_description: 'd' },
    'error code at body: invalid_client instead of invalid_grant',
  ],
])('%s is a difference', (_, recorded, actual, difference) => {
  expect(differences(recorded, actual)).toEqual([difference]);
});

test('keys that some recorded elements lack may be missing, in an order that fits them all', () => {
  const recorded = [
    { a: 1, c: 1 },
    { a: 1, b: 1, c: 1 },
  ];
  expect(differences(recorded, [{ a: 1, c: 2 }])).toEqual([]);
  expect(differences(recorded, [{ a: 1, b: 1, c: 2 }])).toEqual([]);
  expect(differences(recorded, [{ a: 1, c: 1, b: 1 }])).toEqual(['key order at body[]: b']);
});

test('an older recording may lack keys and have another order, but no other types', () => {
  const rules = { mayHaveMore: true, anyOrder: true };
  expect(differences({ b: 1, a: 1 }, { a: 1, b: 1, c: 1 }, rules)).toEqual([]);
  expect(differences({ a: 1 }, { a: true }, rules)).toEqual([
    'type at body.a: boolean instead of number',
  ]);
});

test('headers are compared by their form, and by their absence', () => {
  const recorded = answer(
    {},
    { headers: { location: '/x/001dM00003kRs59QAC', etag: '"e8178a2d"' } },
  );
  const same = answer({}, { headers: { location: '/x/001Dp0000000001IAA', etag: '"00000001"' } });
  const other = answer({}, { headers: { location: '/y/001Dp0000000001IAA' } });
  expect(compareAnswers(recorded, same, STRICT)).toEqual([]);
  expect(compareAnswers(recorded, other, STRICT).map(({ where }) => where)).toEqual([
    'header etag',
    'header location',
  ]);
});

test('another status is a difference, and no value is ever told', () => {
  const recorded = answer({ Name: 'Secret A' }, { status: 201 });
  const found = compareAnswers(recorded, answer({ Name: 7 }), STRICT);
  expect(found.map(({ kind }) => kind)).toEqual(['status', 'type']);
  expect(JSON.stringify(found)).not.toContain('Secret');
});

test('at most ten things are excused, each with its reason', () => {
  expect(KNOWN_DIFFERENCES.length + NOT_COMPARED.size).toBeLessThanOrEqual(10);
  const reasons = [...NOT_COMPARED.values(), ...KNOWN_DIFFERENCES.map(({ reason }) => reason)];
  expect(reasons.every((reason) => reason.length > 10)).toBe(true);
});
