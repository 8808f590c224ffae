import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

async function soap(body: string, session = org.accessToken): Promise<[number, string]> {
  const envelope =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:s="urn:sobject.partner.soap.sforce.com">' +
    `<e:Header><SessionHeader><sessionId>${session}</sessionId></SessionHeader></e:Header>` +
    `<e:Body>${body}</e:Body></e:Envelope>`;
  const response = await fetch(`${org.url}/services/Soap/u/66.0`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', soapaction: '""' },
    body: envelope,
  });
  return [response.status, await response.text()];
}

async function create(object: string, fields: object): Promise<string> {
  const response = await org.fetch('POST', `${DATA}/sobjects/${object}`, fields);
  return ((await response.json()) as { id: string }).id;
}

async function read(object: string, id: string): Promise<Record<string, unknown>> {
  const response = await org.fetch('GET', `${DATA}/sobjects/${object}/${id}`);
  return (await response.json()) as Record<string, unknown>;
}

test('merge moves children, deletes losers with the winner named, writes the winner', async () => {
  const winner = await create('Account', { Name: 'Winner' });
  const loser = await create('Account', { Name: 'Loser' });
  const child = await create('Contact', { LastName: 'Child', AccountId: loser });
  const [status, answer] = await soap(
    `<merge><request><masterRecord><s:type>Account</s:type><s:Id>${winner}</s:Id><s:Phone>1&amp;2</s:Phone></masterRecord><recordToMergeIds>${loser}</recordToMergeIds></request></merge>`,
  );
  expect(status).toBe(200);
  expect(answer).toContain(`<mergedRecordIds>${loser}</mergedRecordIds><success>true</success>`);
  expect(await read('Contact', child)).toMatchObject({ AccountId: winner });
  expect(await read('Account', winner)).toMatchObject({ Phone: '1&2' });
  const soql = encodeURIComponent(
    `SELECT IsDeleted, MasterRecordId FROM Account WHERE Id = '${loser}'`,
  );
  const all = await org.fetch('GET', `${DATA}/queryAll?q=${soql}`);
  expect(await all.json()).toMatchObject({
    records: [{ IsDeleted: true, MasterRecordId: winner }],
  });
});

test('convertLead makes account, contact and opportunity', async () => {
  const lead = await create('Lead', { LastName: 'Doe', Company: 'Acme' });
  const [, answer] = await soap(
    `<convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><leadId>${lead}</leadId><opportunityName>Deal</opportunityName></leadConverts></convertLead>`,
  );
  expect(answer).toContain('<success>true</success>');
  const opportunity = /<opportunityId>(\w+)</.exec(answer)?.[1] ?? '';
  expect(await read('Opportunity', opportunity)).toMatchObject({ Name: 'Deal' });
  expect(await read('Lead', lead)).toMatchObject({
    IsConverted: true,
    ConvertedOpportunityId: opportunity,
  });
  const [, refused] = await soap(
    `<convertLead><leadConverts><convertedStatus>Nope</convertedStatus><leadId>${lead}</leadId></leadConverts></convertLead>`,
  );
  expect(refused).toContain('<success>false</success>');
});

test('undelete and emptyRecycleBin', async () => {
  const id = await create('Account', { Name: 'Back' });
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${id}`);
  const [, answer] = await soap(`<undelete><ids>${id}</ids></undelete>`);
  expect(answer).toContain(`<id>${id}</id><success>true</success>`);
  expect(await read('Account', id)).toMatchObject({ Name: 'Back', IsDeleted: false });
  const [, again] = await soap(`<undelete><ids>${id}</ids></undelete>`);
  expect(again).toContain('<success>false</success>');
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${id}`);
  const [, emptied] = await soap(`<emptyRecycleBin><ids>${id}</ids></emptyRecycleBin>`);
  expect(emptied).toContain('<success>true</success>');
  expect(await read('Account', id)).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
});

test.each([
  ['<merge><mergeRequests/></merge>', 'Element mergeRequests invalid at this location'],
  ['<fly/>', 'No operation available for request fly'],
  ['<undelete><ids>nonsense</ids></undelete>', 'MALFORMED_ID'],
])('%s is a fault', async (body, message) => {
  const [status, answer] = await soap(body);
  expect(status).toBe(500);
  expect(answer).toContain('<soapenv:Fault>');
  expect(answer).toContain(message);
});

test('a wrong session and a document type are refused', async () => {
  const [status, answer] = await soap('<undelete/>', 'wrong');
  expect(status).toBe(500);
  expect(answer).toContain('sf:INVALID_SESSION_ID');
  const response = await fetch(`${org.url}/services/Soap/u/66.0`, {
    method: 'POST',
    body: '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
  });
  expect(await response.text()).toContain('a document type is not allowed');
});
