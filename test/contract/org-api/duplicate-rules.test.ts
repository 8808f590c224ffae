import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DeployError } from '../../../local/org/deploy-error.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { metadataText } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** Duplicate and matching rules deployed as metadata, and what each API says of what they find. */

const DATA = '/services/data/v66.0';
const STANDARD_SOURCE = 'local/org/standard-source';

const item = (field: string, more = ''): string =>
  `<matchingRuleItems><fieldName>${field}</fieldName><matchingMethod>Exact</matchingMethod>${more}</matchingRuleItems>`;
const matching = (object: string, rule: string, content: string) => ({
  path: `matchingRules/${object}.matchingRule-meta.xml`,
  text: metadataText(
    'MatchingRules',
    `<matchingRules><fullName>${rule}</fullName><label>${rule}</label>${content}<ruleStatus>Active</ruleStatus></matchingRules>`,
  ),
});

interface Rule {
  readonly insert?: string;
  readonly update?: string;
  readonly matches?: string;
  readonly more?: string;
}
const ALERT =
  '<actionOnInsert>Allow</actionOnInsert><operationsOnInsert>Alert</operationsOnInsert>';
const NO_UPDATE =
  '<actionOnUpdate>Allow</actionOnUpdate><operationsOnUpdate>Report</operationsOnUpdate>';
const match = (object: string, rule: string, more = ''): string =>
  `<duplicateRuleMatchRules><matchRuleSObjectType>${object}</matchRuleSObjectType><matchingRule>${rule}</matchingRule>${more}</duplicateRuleMatchRules>`;

function duplicateRule(object: string, name: string, rule: Rule = {}) {
  const { insert = ALERT, update = NO_UPDATE, matches = match(object, 'Same_address') } = rule;
  return {
    path: `duplicateRules/${object}.${name}.duplicateRule-meta.xml`,
    text: metadataText(
      'DuplicateRule',
      `${insert}${update}<alertText>Is it one of these?</alertText>${matches}<isActive>true</isActive>` +
        `<masterLabel>${name}</masterLabel><securityOption>EnforceSharingRules</securityOption>${rule.more ?? ''}`,
    ),
  };
}

const SAME_ADDRESS = matching('Contact', 'Same_address', item('Email'));

let org: TestOrg;
beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Json = Readonly<Record<string, unknown>>;

async function save(
  object: string,
  values: Json,
  header?: string,
  method = 'POST',
): Promise<{ readonly status: number; readonly body: unknown; readonly id: string }> {
  const headers = header === undefined ? {} : { 'Sforce-Duplicate-Rule-Header': header };
  const answer = await org.fetch(method, `${DATA}/sobjects/${object}`, values, { headers });
  const text = await answer.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  return { status: answer.status, body, id: String((body as { id?: string } | null)?.id) };
}

const detected = (found: readonly { object: string; id: string }[], details: Json) => [
  {
    duplicateResut: {
      duplicateRuleEntityType: 'Contact',
      errorMessage: 'Is it one of these?',
      matchResults: [
        {
          entityType: found[0]?.object,
          errors: [],
          matchEngine: 'ExactMatchEngine',
          matchRecords: found.map(({ object, id }) => ({
            additionalInformation: [],
            fieldDiffs: [],
            matchConfidence: 100,
            record: {
              attributes: { type: object, url: `${DATA}/sobjects/${object}/${id}` },
              Id: id,
            },
          })),
          rule: 'Same_address',
          size: found.length,
          success: true,
        },
      ],
      ...details,
    },
    errorCode: 'DUPLICATES_DETECTED',
    message: 'Is it one of these?',
  },
];

describe('a rule that alerts on insert', () => {
  let known: string;
  let address: string;
  let count = 0;
  beforeAll(() => org.org.deploy([SAME_ADDRESS, duplicateRule('Contact', 'Addresses')]));
  beforeEach(async () => {
    count += 1;
    address = `known${count}@example.com`;
    known = (await save('Contact', { LastName: 'Known', Email: address })).id;
  });

  test('refuses the save and tells what it found', async () => {
    const { status, body } = await save('Contact', {
      LastName: 'New',
      Email: address.toUpperCase(),
    });
    expect(status).toBe(400);
    expect(body).toEqual(
      detected([{ object: 'Contact', id: known }], { allowSave: true, duplicateRule: 'Addresses' }),
    );
  });

  test('writes its members and numbers as Salesforce does', async () => {
    const answer = await org.fetch('POST', `${DATA}/sobjects/Contact`, {
      LastName: 'New',
      Email: address,
    });
    expect(await answer.text()).toMatch(
      /^\[\{"duplicateResut":\{"allowSave":true,"duplicateRule":.*"matchConfidence":100\.0,.*"success":true\}\]\},"errorCode":"DUPLICATES_DETECTED","message":"Is it one of these\?"\}\]$/,
    );
  });

  test('lets the save through that says it may, and others that are like nobody', async () => {
    expect(
      (await save('Contact', { LastName: 'N', Email: address }, 'allowSave=true')).status,
    ).toBe(201);
    expect((await save('Contact', { LastName: 'N' })).status).toBe(201);
    expect((await save('Contact', { LastName: 'N', Email: `other.${address}` })).status).toBe(201);
    const refused = await save('Contact', { LastName: 'N', Email: address }, 'allowSave=false');
    expect(refused.status).toBe(400);
  });

  test('tells all fields of what it found where the header asks for them', async () => {
    const { body } = await save(
      'Contact',
      { LastName: 'N', Email: address },
      'allowSave=false; includeRecordDetails=true; runAsCurrentUser=true',
    );
    expect(JSON.stringify(body)).toContain(`"Email":"${address}"`);
  });

  test('takes no notice of deleted records, nor of edits', async () => {
    const other = await save('Contact', { LastName: 'Other' });
    const path = `Contact/${other.id}`;
    expect((await save(path, { Email: address }, undefined, 'PATCH')).status).toBe(204);
    await org.fetch('DELETE', `${DATA}/sobjects/Contact/${other.id}`);
    await org.fetch('DELETE', `${DATA}/sobjects/Contact/${known}`);
    expect((await save('Contact', { LastName: 'N', Email: address })).status).toBe(201);
  });

  test('collections: the row’s error without what was found; records of one save are not compared', async () => {
    const rows = [address, `twin.${address}`, `twin.${address}`].map((Email) => ({
      attributes: { type: 'Contact' },
      LastName: 'Row',
      Email,
    }));
    const post = (init: RequestInit) =>
      org.fetch('POST', `${DATA}/composite/sobjects`, { records: rows }, init);
    expect(await (await post({})).json()).toEqual([
      {
        success: false,
        errors: [{ statusCode: 'DUPLICATES_DETECTED', message: 'Is it one of these?', fields: [] }],
      },
      expect.objectContaining({ success: true }),
      expect.objectContaining({ success: true }),
    ]);
    const allowed = await post({ headers: { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } });
    expect(await allowed.json()).toEqual([
      expect.objectContaining({ success: true }),
      expect.objectContaining({ success: true }),
      expect.objectContaining({ success: true }),
    ]);
  });

  test('composite parts heed a header of their own', async () => {
    const part = (referenceId: string, httpHeaders?: Json) => ({
      method: 'POST',
      url: `${DATA}/sobjects/Contact`,
      referenceId,
      body: { LastName: 'Part', Email: address },
      ...(httpHeaders && { httpHeaders }),
    });
    const answer = await org.fetch('POST', `${DATA}/composite`, {
      compositeRequest: [
        part('a'),
        part('b', { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' }),
      ],
    });
    const { compositeResponse } = (await answer.json()) as {
      compositeResponse: { httpStatusCode: number; body: unknown }[];
    };
    expect(compositeResponse.map(({ httpStatusCode }) => httpStatusCode)).toEqual([400, 201]);
    expect(JSON.stringify(compositeResponse[0]?.body)).toContain('duplicateResut');
  });

  test('Bulk: the row fails with code and text', async () => {
    const created = await org.fetch('POST', `${DATA}/jobs/ingest`, {
      object: 'Contact',
      operation: 'insert',
    });
    const { id } = (await created.json()) as { id: string };
    const csv = `LastName,Email\nBulk,${address}\nBulk,bulk.${address}\n`;
    const job = `${DATA}/jobs/ingest/${id}`;
    await org.fetch('PUT', `${job}/batches`, csv, { headers: { 'content-type': 'text/csv' } });
    await org.fetch('PATCH', job, { state: 'UploadComplete' });
    await org.org.whenIdle();
    const failed = await (await org.fetch('GET', `${job}/failedResults`)).text();
    expect(failed.split('\n')[1]).toBe(
      `"","DUPLICATES_DETECTED:Is it one of these?:--","Bulk","${address}"`,
    );
    const successful = await (await org.fetch('GET', `${job}/successfulResults`)).text();
    expect(successful).toContain(`bulk.${address}`);
  });

  test('Apex: a DmlException; options that allow it; a DuplicateError that tells what was found', async () => {
    const block = `
      Contact twin = new Contact(LastName = 'Apex', Email = '${address}');
      try {
        insert twin;
        Assert.fail();
      } catch (DmlException e) {
        Assert.areEqual(StatusCode.DUPLICATES_DETECTED, e.getDmlType(0));
        Assert.isTrue(e.getMessage().endsWith('first error: DUPLICATES_DETECTED, Is it one of these?: []'));
      }
      Database.Error error = Database.insert(twin, false).getErrors()[0];
      Assert.isTrue(error instanceof Database.DuplicateError);
      Datacloud.DuplicateResult found = ((Database.DuplicateError) error).getDuplicateResult();
      Assert.areEqual('Addresses', found.getDuplicateRule());
      Assert.areEqual('Is it one of these?', found.getErrorMessage());
      Assert.isTrue(found.isAllowSave());
      Datacloud.MatchResult match = found.getMatchResults()[0];
      Assert.areEqual('Same_address', match.getRule());
      Assert.areEqual('Contact', match.getEntityType());
      Assert.areEqual(1, match.getSize());
      Assert.areEqual('${known}', match.getMatchRecords()[0].getRecord().Id);
      Database.Error plain = Database.insert(new Contact(), false).getErrors()[0];
      Assert.isFalse(plain instanceof Database.DuplicateError);
      Database.DMLOptions options = new Database.DMLOptions();
      Assert.isFalse(options.DuplicateRuleHeader.allowSave);
      options.DuplicateRuleHeader.allowSave = true;
      options.DuplicateRuleHeader.runAsCurrentUser = true;
      Assert.isTrue(Database.insert(twin, options).isSuccess());`;
    const path = `${DATA}/tooling/executeAnonymous?anonymousBody=${encodeURIComponent(block)}`;
    expect(await (await org.fetch('GET', path)).json()).toMatchObject({
      compiled: true,
      compileProblem: null,
      exceptionMessage: null,
      success: true,
    });
  });
});

describe('a rule that blocks', () => {
  const rule = duplicateRule('Contact', 'Addresses', {
    insert: '<actionOnInsert>Block</actionOnInsert>',
    update: '<actionOnUpdate>Block</actionOnUpdate>',
  });
  beforeAll(() => org.org.deploy([SAME_ADDRESS, rule]));

  test('is not moved by the header, on insert and on edits of what it compares', async () => {
    const known = await save('Contact', { LastName: 'Known', Email: 'block@example.com' });
    const { status, body } = await save(
      'Contact',
      { LastName: 'New', Email: 'block@example.com' },
      'allowSave=true',
    );
    expect(status).toBe(400);
    expect(body).toEqual(
      detected([{ object: 'Contact', id: known.id }], {
        allowSave: false,
        duplicateRule: 'Addresses',
      }),
    );
    const other = await save('Contact', { LastName: 'Other', Email: 'free@example.com' });
    const path = `Contact/${other.id}`;
    expect((await save(path, { Email: 'block@example.com' }, undefined, 'PATCH')).status).toBe(400);
    expect((await save(path, { LastName: 'Renamed' }, undefined, 'PATCH')).status).toBe(204);
    expect(
      (await save(`Contact/${known.id}`, { Email: 'BLOCK@example.com' }, '', 'PATCH')).status,
    ).toBe(204);
  });
});

describe('matching', () => {
  test('filter logic, blanks, and another object by its mapped fields', async () => {
    const mapping =
      '<objectMapping><inputObject>Contact</inputObject>' +
      '<mappingFields><inputField>LastName</inputField><outputField>LastName</outputField></mappingFields>' +
      '<mappingFields><inputField>Department</inputField><outputField>Company</outputField></mappingFields>' +
      '<outputObject>Lead</outputObject></objectMapping>';
    org.org.deploy([
      matching(
        'Lead',
        'Same_address',
        `${item('LastName')}${item('Company')}<booleanFilter>1 AND 2</booleanFilter>`,
      ),
      matching(
        'Contact',
        'Parts',
        item('LastName') +
          item('FirstName', '<blankValueBehavior>MatchBlanks</blankValueBehavior>') +
          item('Phone') +
          '<booleanFilter>1 AND (2 OR 3)</booleanFilter>',
      ),
      duplicateRule('Contact', 'Addresses', {
        matches: match('Lead', 'Same_address', mapping) + match('Contact', 'Parts'),
      }),
    ]);
    const lead = await save('Lead', { LastName: 'Crossed', Company: 'Makers' });
    const crossed = { LastName: 'Crossed', Department: 'makers' };
    expect((await save('Contact', crossed)).body).toEqual(
      detected([{ object: 'Lead', id: lead.id }], { allowSave: true, duplicateRule: 'Addresses' }),
    );
    expect((await save('Contact', { ...crossed, Department: 'Others' })).status).toBe(201);

    expect((await save('Contact', { LastName: 'Parted', FirstName: 'A', Phone: '1' })).status).toBe(
      201,
    );
    expect((await save('Contact', { LastName: 'Parted' })).status).toBe(201);
    expect((await save('Contact', { LastName: 'Parted' })).status).toBe(400);
    expect((await save('Contact', { LastName: 'Parted', FirstName: 'B', Phone: '1' })).status).toBe(
      400,
    );
    expect((await save('Contact', { LastName: 'Parted', FirstName: 'B' })).status).toBe(201);
  });

  test('as the user sees the records, where the header asks for that and the rule heeds sharing', async () => {
    const privateContacts = {
      path: 'objects/Contact/Contact.object-meta.xml',
      text: metadataText('CustomObject', '<sharingModel>Private</sharingModel>'),
    };
    org.org.deploy([SAME_ADDRESS, duplicateRule('Contact', 'Addresses'), privateContacts]);
    await save('Contact', { LastName: 'Theirs', Email: 'unseen@example.com' });
    const sam = org.org.issueToken('sam@practice.example');
    const asSam = (header: string) =>
      org.fetch(
        'POST',
        `${DATA}/sobjects/Contact`,
        { LastName: 'Mine', Email: 'unseen@example.com' },
        { headers: { authorization: `Bearer ${sam}`, 'Sforce-Duplicate-Rule-Header': header } },
      );
    const refused = await asSam('runAsCurrentUser=false');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('"matchRecords":[]');
    expect((await asSam('runAsCurrentUser=true')).status).toBe(201);
  });

  test('the rules of a new org, deployed from the org’s own source', async () => {
    org.org.deploy(await readSourceFolders([STANDARD_SOURCE]));
    const person = {
      FirstName: 'Ada',
      LastName: 'King',
      Email: 'ada@example.com',
      Company: 'Engines',
    };
    expect((await save('Lead', person)).status).toBe(201);
    expect((await save('Lead', { ...person, FirstName: 'Bea' })).status).toBe(201);
    const { status, body } = await save('Lead', person);
    expect(status).toBe(400);
    expect(body).toMatchObject([
      {
        message: 'Use one of these records?',
        duplicateResut: {
          allowSave: true,
          duplicateRule: 'Standard_Lead_Duplicate_Rule',
          matchResults: [
            { matchEngine: 'FuzzyMatchEngine', rule: 'Standard_Lead_Match_Rule_v1_0' },
          ],
        },
      },
    ]);
    const account = { Name: 'Engines', Phone: '+44 20' };
    expect((await save('Account', account)).status).toBe(201);
    expect((await save('Account', { Name: 'Engines' })).status).toBe(201);
    expect((await save('Account', account)).status).toBe(400);
  });
});

describe('what this org would not heed is a deploy problem that names it', () => {
  test.each([
    [
      'a fuzzy method',
      [
        matching('Contact', 'Fuzzy', item('Phone').replace('Exact', 'Phone')),
        duplicateRule('Contact', 'R', { matches: match('Contact', 'Fuzzy') }),
      ],
      '<matchingMethod> Phone: this org compares by Exact only',
    ],
    [
      'a condition',
      [
        SAME_ADDRESS,
        duplicateRule('Contact', 'R', {
          more: '<duplicateRuleFilter><duplicateRuleFilterItems><field>Username</field></duplicateRuleFilterItems></duplicateRuleFilter>',
        }),
      ],
      '<duplicateRuleFilter> is not supported by this org',
    ],
    [
      'an unknown matching rule',
      [duplicateRule('Lead', 'R', { matches: match('Lead', 'Nobody_made_this') })],
      'no matching rule Nobody_made_this of Lead found',
    ],
    [
      'an unknown field',
      [
        matching('Lead', 'Odd', item('Nope__c')),
        duplicateRule('Lead', 'R', { matches: match('Lead', 'Odd') }),
      ],
      '<fieldName> names no field of Lead: Nope__c',
    ],
    [
      'filter logic that can be read in two ways',
      [
        matching(
          'Lead',
          'Odd',
          `${item('Email')}${item('Phone')}${item('Title')}<booleanFilter>1 AND 2 OR 3</booleanFilter>`,
        ),
      ],
      '<booleanFilter> 1 AND 2 OR 3: parentheses are missing',
    ],
    [
      'filter logic without all criteria',
      [
        matching(
          'Lead',
          'Odd',
          `${item('Email')}${item('Phone')}<booleanFilter>1 OR 3</booleanFilter>`,
        ),
      ],
      '<booleanFilter> 1 OR 3: criterion 2 is missing',
    ],
  ])('%s', (_, files, message) => {
    let problems: readonly { message: string }[] = [];
    try {
      org.org.deploy(files);
    } catch (error) {
      if (error instanceof DeployError) problems = error.problems;
    }
    expect(problems.map((problem) => problem.message)).toContain(message);
  });
});
