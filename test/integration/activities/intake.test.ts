import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

const ADA = 'ada@acme.example';

let path: ActivityPath;
let user: string;
beforeAll(async () => {
  path = await startActivityPath();
  await path.create('Contact', { LastName: 'Lovelace', Email: ADA });
  await path.mirrorAll();
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
});
afterAll(() => path.close());

const at = '2026-11-20T09:30:15Z';
const sent = (more: object = {}) => ({
  id: `i-${Math.random()}`,
  kind: 'email.sent',
  at,
  user,
  to: [ADA],
  subject: 'Hello',
  ...more,
});
const post = (activities: unknown) => path.call('POST', '/activities', { activities });
const tasks = async () => (await path.soql('SELECT Id FROM Task')).length;

describe('what the intake refuses', () => {
  it.each<[string, () => unknown, string, string]>([
    ['an unknown kind', () => sent({ kind: 'smoke.signal' }), '/kind', 'invalid-input'],
    ['no kind', () => sent({ kind: undefined }), '/kind', 'invalid-input'],
    ['a kind that every object has', () => sent({ kind: 'constructor' }), '/kind', 'invalid-input'],
    ['no recipient', () => sent({ to: undefined }), '/to', 'invalid-input'],
    ['an empty list of recipients', () => sent({ to: [] }), '/to', 'invalid-input'],
    ['10,000 recipients', () => sent({ to: Array(10_000).fill(ADA) }), '/to', 'invalid-input'],
    ['an address that is none', () => sent({ to: ['ada'] }), '/to/0', 'invalid-input'],
    [
      'an address with a line break',
      () => sent({ to: ['a@b.example\r\nBcc: c@d.example'] }),
      '/to/0',
      'invalid-input',
    ],
    ['an unknown user', () => sent({ user: 'nobody@acme.example' }), '/user', 'unknown-user'],
    ['a contact in place of a user', () => sent({ user: ADA }), '/user', 'unknown-user'],
    ['no id', () => sent({ id: undefined }), '/id', 'invalid-input'],
    ['an id with a blank', () => sent({ id: "x' OR '1'='1" }), '/id', 'invalid-input'],
    ['no time', () => sent({ at: undefined }), '/at', 'invalid-input'],
    ['a time without a zone', () => sent({ at: '2026-11-20T09:30:15' }), '/at', 'invalid-input'],
    ['a time that never was', () => sent({ at: '2026-02-30T09:30:15Z' }), '/at', 'invalid-input'],
    ['a member nobody knows', () => sent({ too: [ADA] }), '', 'invalid-input'],
    [
      'a stage that is no number',
      () => sent({ sequence: { name: 'T', stage: 'two' } }),
      '/sequence/stage',
      'invalid-input',
    ],
    [
      'a subject of 2,001 characters',
      () => sent({ subject: 'x'.repeat(2_001) }),
      '/subject',
      'invalid-input',
    ],
    [
      'A24b a received e-mail in a sequence',
      () => ({
        ...sent(),
        kind: 'email.received',
        from: ADA,
        to: undefined,
        sequence: { name: 'T', stage: 1 },
      }),
      '',
      'invalid-input',
    ],
    ['no object', () => 'hello', '/kind', 'invalid-input'],
    ['null', () => null, '/kind', 'invalid-input'],
  ])('%s, by its member, and takes the others', async (_, item, pointer, code) => {
    const before = await tasks();
    const { status, body } = await post([item(), sent()]);
    expect(status).toBe(202);
    expect(body.results).toMatchObject([
      { outcome: 'refused', fault: { pointer, code } },
      { outcome: 'accepted' },
    ]);
    expect(JSON.stringify(body.results[0].fault)).not.toContain('@');
    await path.write();
    expect(await tasks()).toBe(before + 1);
  });

  it('a request without items, with too many, of ten megabytes, or that is no JSON: nothing of it is taken', async () => {
    const before = await tasks();
    expect((await post([])).status).toBe(400);
    expect((await post(Array.from({ length: 501 }, () => sent()))).status).toBe(400);
    expect((await post('all')).status).toBe(400);
    expect((await path.call('POST', '/activities', '{')).status).toBe(400);
    for (const bytes of [1_100_000, 10_000_000]) {
      const large = await post([sent(), sent({ text: 'x'.repeat(bytes) })]);
      expect([large.status, large.body.code]).toEqual([413, 'too-large']);
    }
    await path.write();
    expect(await tasks()).toBe(before);
  });

  it('a key of another org', async () => {
    const answer = await fetch(new URL('/v1/orgs/00D000000000001AAA/activities', path.url), {
      method: 'POST',
      headers: { authorization: 'Bearer rts_x' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
  });
});

describe('texts', () => {
  const written = async (activity: { readonly id: string }) => {
    await path.log(activity);
    const [task] = await path.soql(
      `SELECT Subject, Description FROM Task WHERE Mixmax_Activity_Id__c = '${activity.id}/0'`,
    );
    return task;
  };

  it('HTML, emoji and right-to-left text are kept as they are', async () => {
    const subject = 'שלום 👩‍👩‍👧 <b>Ünïcode</b>';
    const text = '<script>alert(1)</script>\n&amp; مرحبا';
    const task = await written({ ...sent(), id: 'texts', subject, text } as never);
    expect(task).toMatchObject({ Subject: `Sent (New): ${subject}`, Description: text });
  });

  it('a long subject is cut at 255 where a character ends, a long text at 32,000 with a mark', async () => {
    const subject = `${'x'.repeat(239)}👩‍👩‍👧👩‍👩‍👧`;
    const task = await written({
      ...sent(),
      id: 'long',
      subject,
      text: 'y'.repeat(40_000),
    } as never);
    expect(task?.['Subject']).toBe(`Sent (New): ${'x'.repeat(239)}…`);
    expect(String(task?.['Description'])).toHaveLength(32_000);
    expect(String(task?.['Description']).endsWith('[…]')).toBe(true);
  });

  it('a line break in a subject is a blank, an empty subject is none', async () => {
    const broken = await written({ ...sent(), id: 'broken', subject: 'a\r\nb' } as never);
    expect(broken?.['Subject']).toBe('Sent (New): a b');
    const empty = await written({ ...sent(), id: 'empty', subject: '' } as never);
    expect(String(empty?.['Subject']).trim()).toBe('Sent (New):');
  });
});
