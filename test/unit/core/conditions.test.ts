import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  conditionsHash,
  hashOf,
  judgeChange,
  statesOthers,
  withoutValues,
} from '#core/conditions.ts';
import type { NoticeChange } from '#core/notice.ts';
import type { Conditions } from '#core/org.ts';

const ON: Conditions = { on: true, objects: { Contact: ['Email', 'OwnerId'], Lead: ['Status'] } };
const HASH = conditionsHash(['Email', 'OwnerId']);

function change(more: Partial<NoticeChange>): NoticeChange {
  return {
    object: 'Contact',
    op: 'update',
    at: '2026-11-21T22:10:01Z',
    conditions: HASH,
    fields: ['Email'],
    ids: ['0035g00000XyZ01AAF'],
    ...more,
  };
}

describe('conditionsHash', () => {
  it('is the first 12 hex digits of SHA-256 over the sorted lower-case names', () => {
    const digest = createHash('sha256').update('email|ownerid').digest('hex');
    expect(HASH).toBe(digest.slice(0, 12));
    expect(conditionsHash(['OWNERID', 'email', 'Email'])).toBe(HASH);
  });

  it('of no fields is that of the empty text; with conditions off it is *', () => {
    expect(hashOf(ON, 'Task')).toBe(createHash('sha256').digest('hex').slice(0, 12));
    expect(hashOf(ON, 'constructor')).toBe(hashOf(ON, 'Task'));
    expect(hashOf({ on: false }, 'Contact')).toBe('*');
  });
});

describe('statesOthers', () => {
  const stated = { contact: HASH, lead: conditionsHash(['Status']) };

  it('is false when every object has the same field set, in any case of its name', () => {
    expect(statesOthers(ON, stated)).toBe(false);
    expect(statesOthers({ on: true, objects: { ...ON.objects, Task: [] } }, stated)).toBe(false);
    expect(statesOthers({ on: false }, '*')).toBe(false);
  });

  it.each([
    ['another field set', { ...stated, lead: HASH }],
    ['an object too few', { contact: HASH }],
    ['an object too many', { ...stated, task: HASH }],
    ['an object by another name', { contact: HASH, constructor: HASH }],
    ['no conditions', '*'],
  ] as const)('is true for %s', (_, other) => {
    expect(statesOthers(ON, other)).toBe(true);
  });

  it('is true for conditions where we have none, and false where nothing is said', () => {
    expect(statesOthers({ on: false }, stated)).toBe(true);
    expect(statesOthers(ON, undefined)).toBe(false);
  });
});

describe('judgeChange', () => {
  it('drops an update of fields that are not synced, whatever their case', () => {
    expect(judgeChange(ON, change({ fields: ['Fax'] }))).toBe('dropped');
    expect(judgeChange(ON, change({ fields: ['Fax', 'EMAIL'] }))).toBe('counts');
  });

  it.each(['insert', 'delete', 'undelete', 'merge'] as const)('never drops a %s', (op) => {
    expect(judgeChange(ON, change({ op, fields: ['Fax'] }))).toBe('counts');
  });

  it('never drops an update whose fields are unknown, or a Lead conversion', () => {
    expect(judgeChange(ON, change({ fields: ['*'] }))).toBe('counts');
    const { fields: _fields, ...unsaid } = change({});
    expect(judgeChange(ON, unsaid)).toBe('counts');
    const lead = { object: 'Lead', conditions: hashOf(ON, 'Lead') };
    expect(judgeChange(ON, change({ ...lead, fields: ['IsConverted'] }))).toBe('counts');
  });

  it('drops nothing under another hash, and calls it drifted', () => {
    for (const conditions of ['*', 'aaaaaaaaaaaa']) {
      expect(judgeChange(ON, change({ conditions, fields: ['Fax'] }))).toBe('drifted');
    }
    expect(judgeChange({ on: false }, change({}))).toBe('drifted');
    expect(judgeChange({ on: false }, change({ conditions: '*' }))).toBe('counts');
  });

  it('drops nothing when the notice does not say its hash', () => {
    const { conditions: _conditions, ...unsaid } = change({ fields: ['Fax'] });
    expect(judgeChange(ON, unsaid)).toBe('counts');
  });
});

describe('withoutValues', () => {
  it('leaves ids only', () => {
    const record = { id: '0035g00000XyZ01AAF', modstamp: '2026-11-21T22:10:01Z', fields: {} };
    const full = change({ records: [record], readAt: '2026-11-21T22:10:02.000Z' });
    expect(withoutValues(full)).toEqual(change({ values: 'omitted' }));
    expect(withoutValues(change({}))).toEqual(change({}));
  });
});
