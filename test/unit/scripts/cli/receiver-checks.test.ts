import { expect, test } from 'vitest';
import { worstOf } from '../../../../scripts/cli/doctor/finding.ts';
import {
  checkCompleteness,
  checkDeadLetters,
  checkFieldSecurity,
  checkHeartbeat,
  checkPermissions,
  checkQuota,
  checkState,
} from '../../../../scripts/cli/doctor/receiver-checks.ts';
import type { Status } from '../../../../scripts/cli/receiver.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const ago = (minutes: number) => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

const STATUS = {
  orgId: '00DDp0000000001MAA',
  orgName: 'Acme',
  instanceUrl: 'https://acme.my.salesforce.com',
  state: 'active',
  since: ago(60),
  cause: 'Changes arrive.',
  evidence: [],
  mode: 'realtime',
  conditionsOn: false,
  now: NOW,
  objects: [],
  deadLetters: 0,
  stages: {
    notices: 0,
    savedToPublishedMs: 0,
    savedToSentMs: 0,
    sentToReceivedMs: 0,
    receivedToAppliedMs: 0,
  },
} satisfies Status;

const row = (object: string, minutes?: number) => ({
  object,
  rows: 1,
  hidden: 0,
  ...(minutes !== undefined && { completeThrough: ago(minutes) }),
});

test.each([
  ['active', 'green'],
  ['disabled', 'green'],
  ['interval', 'yellow'],
  ['paused', 'yellow'],
  ['auditing', 'yellow'],
  ['error', 'red'],
  ['not-installed', 'red'],
] as const)('the state %s is %s, and what is not green has a fix', (state, level) => {
  const finding = checkState({ ...STATUS, state });
  expect(finding.level).toBe(level);
  expect(finding.fix === undefined).toBe(level === 'green');
});

test.each([
  ['an hour', [row('Contact', 60)], 'green'],
  ['three hours', [row('Lead', 10), row('Contact', 180)], 'yellow'],
  ['thirteen hours', [row('Contact', 780)], 'red'],
  ['never', [row('Lead', 1), row('Contact')], 'yellow'],
  ['nothing mirrored', [], 'yellow'],
])('complete through %s ago', (_, objects, level) =>
  expect(checkCompleteness({ ...STATUS, objects }).level).toBe(level),
);

test('a heartbeat is judged by the verdict once it is old', () => {
  const heard = (minutes: number, verdict?: Status['verdict']) =>
    checkHeartbeat({ ...STATUS, lastApexSeenAt: ago(minutes), ...(verdict && { verdict }) }).level;
  expect(heard(5)).toBe('green');
  expect(heard(45)).toBe('yellow');
  expect(heard(45, 'idle')).toBe('green');
  expect(heard(45, 'broken')).toBe('red');
  expect(checkHeartbeat(STATUS).level).toBe('yellow');
});

test('a permission that is lacking is red, one that could not be tried is yellow', () => {
  const line = { whatFor: 'Reads.', lost: 'All.', fix: 'Give it.' };
  const levels = checkPermissions({
    username: 'sync@acme.example',
    permissions: [
      { permission: 'API Enabled', ok: true, ...line },
      { permission: 'View Setup', ok: false, ...line },
      { permission: 'View All Users', ...line },
    ],
  }).map(({ level }) => level);
  expect(levels).toEqual(['green', 'red', 'yellow']);
});

test('fields that cannot be read any more are named', () => {
  const none = { objects: { Contact: { fields: [], retired: [] } } };
  expect(checkFieldSecurity(none).level).toBe('green');
  const lost = { objects: { Contact: { fields: [], retired: ['Title'] } } };
  expect(checkFieldSecurity(lost)).toMatchObject({
    level: 'yellow',
    found: expect.stringContaining('Contact.Title'),
  });
});

test('waiting work and given-up messages are told', () => {
  const limits = {
    sharePercent: 70,
    pauseAtPercent: 90,
    sweepEveryMinutes: 360,
    own: { used: 5 },
    waiting: [] as string[],
    days: [],
  };
  expect(checkQuota(limits).level).toBe('green');
  expect(checkQuota({ ...limits, waiting: ['audit'] }).level).toBe('yellow');
  expect(checkDeadLetters(STATUS).level).toBe('green');
  expect(checkDeadLetters({ ...STATUS, deadLetters: 2 }).level).toBe('red');
});

test('the worst finding counts', () => {
  const finding = (level: 'green' | 'yellow' | 'red') => ({ check: 'a', level, found: 'b' });
  expect(worstOf([])).toBe('green');
  expect(worstOf([finding('green'), finding('red'), finding('yellow')])).toBe('red');
});
