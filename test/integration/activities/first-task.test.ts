import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

let path: ActivityPath;
let user: string;
let userId: string;
beforeAll(async () => {
  path = await startActivityPath();
  const [admin] = await path.soql('SELECT Id, Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  userId = String(admin?.['Id']);
});
afterAll(() => path.close());

describe('an activity', () => {
  it('becomes a Task of its user, on the contact with the address and its account', async () => {
    const account = await path.create('Account', { Name: 'Acme' });
    const contact = await path.create('Contact', {
      LastName: 'Lovelace',
      Email: 'Ada@Acme.example',
      AccountId: account,
    });
    await path.mirrorAll();
    await path.log({
      id: 'first',
      kind: 'email.sent',
      at: '2026-11-20T09:30:15Z',
      user,
      to: ['ada+trial@acme.example'],
      subject: 'Hello',
      text: 'Dear Ada',
    });
    const tasks = await path.soql(
      'SELECT Subject, OwnerId, Type, Status, WhoId, WhatId, Description, ActivityDate, MixmaxActivityDateTime__c, Mixmax_Activity_Id__c FROM Task',
    );
    expect(tasks).toEqual([
      expect.objectContaining({
        Subject: 'Sent (New): Hello',
        OwnerId: userId,
        Type: 'Email',
        Status: 'Completed',
        WhoId: contact,
        WhatId: account,
        Description: 'Dear Ada',
        ActivityDate: '2026-11-20',
        MixmaxActivityDateTime__c: '2026-11-20T09:30:15.000+0000',
        Mixmax_Activity_Id__c: 'first/0',
      }),
    ]);
  });
});
