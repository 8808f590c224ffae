import { expect, test } from 'vitest';
import { openTestOrg } from '../support.ts';

test('records are saved, stamped and queried with their parents and children', () => {
  const org = openTestOrg();
  const accountId = org.insert('Account', { Name: 'Acme' });
  org.insert('Contact', {
    LastName: 'Doe',
    FirstName: 'Jane',
    AccountId: accountId,
    Email: 'jane@acme.example',
  });

  const [contact] = org.query(
    'SELECT Id, Name, Account.Name, Owner.Alias, CreatedDate FROM Contact',
  );
  expect(contact).toMatchObject({
    Name: 'Jane Doe',
    Account: { Name: 'Acme' },
    Owner: { Alias: 'admin' },
    CreatedDate: '2026-05-06T12:00:00.000Z',
  });
  expect(org.query('SELECT Name, (SELECT LastName FROM Contacts) FROM Account')).toEqual([
    { Name: 'Acme', Contacts: [{ LastName: 'Doe' }] },
  ]);
});
