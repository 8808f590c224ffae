import { describe, expect, it } from 'vitest';
import {
  judgedTrial,
  lackingLines,
  permissionLines,
  type SyncUserCheck,
  syncUserFault,
} from '#core/sync-user.ts';

const check = (changes: Partial<SyncUserCheck['permissions']> = {}): SyncUserCheck => ({
  atMs: 1,
  permissions: {
    ModifyAllData: 'allowed',
    ApiEnabled: 'allowed',
    ViewAllUsers: 'allowed',
    ViewSetup: 'allowed',
    CustomizeApplication: 'allowed',
    ...changes,
  },
});

describe('a trial', () => {
  it.each([
    ['allowed', new Set(['ViewSetup']), true, 'allowed'],
    ['allowed', new Set<string>(), true, 'refused'],
    ['allowed', undefined, true, 'allowed'],
    ['refused', new Set(['ViewSetup']), true, 'refused'],
    ['untried', undefined, true, 'untried'],
  ] as const)('%s with %o is %s', (trial, declared, installed, judged) => {
    expect(judgedTrial('ViewSetup', trial, declared, installed)).toBe(judged);
  });

  it('on settings that are not shown counts against who was to see them', () => {
    expect(judgedTrial('CustomizeApplication', 'untried', undefined, true)).toBe('refused');
    expect(judgedTrial('CustomizeApplication', 'untried', undefined, false)).toBe('untried');
    const given = new Set(['CustomizeApplication']);
    expect(judgedTrial('CustomizeApplication', 'untried', given, true)).toBe('untried');
  });
});

describe('the lines', () => {
  it('say nothing of what could not be tried', () => {
    const [, , users] = permissionLines(check({ ViewAllUsers: 'untried' }));
    expect(users).toMatchObject({ permission: 'View All Users' });
    expect(users).not.toHaveProperty('ok');
    expect(syncUserFault(check({ ViewAllUsers: 'untried' }))).toBeUndefined();
  });

  it('name what is lacking, and the sign-in first', () => {
    const lacking = check({ ViewSetup: 'refused' });
    expect(lackingLines(lacking).map(({ permission }) => permission)).toEqual([
      'View Setup and Configuration',
    ]);
    expect(syncUserFault(lacking)).toMatchObject({ code: 'permission-missing' });
    const out = { ...lacking, signIn: { code: 'sync-user-inactive' } as const };
    expect(syncUserFault(out)).toEqual({ code: 'sync-user-inactive' });
  });
});
