import { describe, expect, test } from 'vitest';
import { createKeyPrefixes } from '../../../../local/org/schema/key-prefixes.ts';
import { deploySource, tryDeploy } from '../../../../local/org/schema/source/deploy-source.ts';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';
import { customField, customObject, source } from './source-builder.ts';

const shipment = customObject(
  'Shipment__c',
  '<label>Shipment</label><pluralLabel>Shipments</pluralLabel><enableActivities>true</enableActivities><nameField><label>Shipment No</label><displayFormat>S-{0000}</displayFormat><type>AutoNumber</type></nameField>',
);

function deploy(...files: { path: string; text: string }[]) {
  const schema = loadStandardSchema();
  return { schema, ...deploySource(schema, files, createKeyPrefixes()) };
}

function problemOf(...files: { path: string; text: string }[]): string | undefined {
  const { problems, schema } = deploy(...files);
  expect(schema.version).toBe(1);
  return problems[0]?.message;
}

describe('what a deploy makes', () => {
  test('a custom object with its system fields, name and custom fields in describe order', () => {
    const { schema, problems } = deploy(
      shipment,
      customField(
        'Shipment__c',
        'Weight__c',
        '<label>Weight</label><type>Number</type><precision>8</precision><scale>2</scale><inlineHelpText>In kg &amp; net</inlineHelpText>',
      ),
      customField(
        'Shipment__c',
        'Account__c',
        '<label>Account</label><type>Lookup</type><referenceTo>Account</referenceTo><relationshipName>Shipments</relationshipName>',
      ),
    );
    expect(problems).toEqual([]);
    const object = schema.require('shipment__c');
    expect(object).toMatchObject({
      name: 'Shipment__c',
      keyPrefix: 'a00',
      kind: 'custom',
      acceptsActivities: true,
    });
    expect([...object.fields.values()].map((field) => field.name)).toEqual([
      'Id',
      'OwnerId',
      'IsDeleted',
      'Name',
      'CreatedDate',
      'CreatedById',
      'LastModifiedDate',
      'LastModifiedById',
      'SystemModstamp',
      'LastActivityDate',
      'LastViewedDate',
      'LastReferencedDate',
      'Weight__c',
      'Account__c',
    ]);
    expect(object.fields.get('weight__c')).toMatchObject({
      type: 'double',
      precision: 8,
      scale: 2,
      custom: true,
      inlineHelpText: 'In kg & net',
    });
    expect(object.fields.get('account__c')).toMatchObject({
      relationshipName: 'Account__r',
      cascadeDelete: false,
    });
    expect(object.fields.get('name')).toMatchObject({
      autoNumberFormat: 'S-{0000}',
      createable: false,
    });
    expect(schema.childRelationships('Account')).toContainEqual({
      childObject: 'Shipment__c',
      field: 'Account__c',
      relationshipName: 'Shipments__r',
      cascadeDelete: false,
    });
  });

  test('an object that allows activities becomes a target of Related To', () => {
    const { schema } = deploy(shipment);
    expect(schema.require('Task').fields.get('whatid')?.referenceTo).toContain('Shipment__c');
    expect(schema.require('Event').fields.get('whatid')?.referenceTo).toContain('Shipment__c');
  });

  test('fields of Activity on Task and Event', () => {
    const { schema } = deploy(
      customField(
        'Activity',
        'Topic__c',
        '<label>Topic</label><type>Text</type><length>40</length>',
      ),
    );
    for (const name of ['Task', 'Event'])
      expect(schema.require(name).fields.get('topic__c')?.length).toBe(40);
  });

  test('a field on a standard object, and another in a later deploy, side by side', () => {
    const { schema } = deploy(
      customField('Account', 'Tier__c', '<label>Tier</label><type>Text</type><length>10</length>'),
    );
    deploySource(
      schema,
      [
        customField(
          'Account',
          'Rank__c',
          '<label>Rank</label><type>Checkbox</type><defaultValue>false</defaultValue>',
        ),
      ],
      createKeyPrefixes(),
    );
    expect([...schema.require('Account').fields.keys()].slice(-2)).toEqual(['tier__c', 'rank__c']);
  });

  test('a detail object has no owner and cannot change its master', () => {
    const { schema } = deploy(
      customObject('Parcel__c', '<label>Parcel</label><nameField><type>Text</type></nameField>'),
      customField(
        'Parcel__c',
        'Account__c',
        '<label>Account</label><type>MasterDetail</type><referenceTo>Account</referenceTo>',
      ),
    );
    const { fields } = schema.require('Parcel__c');
    expect(fields.has('ownerid')).toBe(false);
    expect(fields.get('account__c')).toMatchObject({
      nillable: false,
      updateable: false,
      cascadeDelete: true,
    });
  });

  test('hierarchy and list settings', () => {
    const { schema } = deploy(
      customObject(
        'Prefs__c',
        '<label>Prefs</label><customSettingsType>Hierarchy</customSettingsType>',
      ),
      customObject('Codes__c', '<label>Codes</label><customSettingsType>List</customSettingsType>'),
    );
    expect(schema.require('Prefs__c')).toMatchObject({
      kind: 'hierarchySetting',
      undeletable: false,
      triggerable: false,
    });
    expect(schema.require('Prefs__c').fields.get('setupownerid')?.referenceTo).toEqual([
      'Organization',
      'Profile',
      'User',
    ]);
    expect(schema.require('Codes__c').fields.get('name')).toMatchObject({
      nillable: false,
      unique: true,
    });
  });

  test('platform events', () => {
    const { schema } = deploy(
      customObject(
        'Moved__e',
        '<label>Moved</label><eventType>HighVolume</eventType><publishBehavior>PublishAfterCommit</publishBehavior>',
      ),
      customField(
        'Moved__e',
        'Where__c',
        '<label>Where</label><type>Text</type><length>20</length><required>true</required>',
      ),
    );
    expect(schema.require('Moved__e')).toMatchObject({
      keyPrefix: 'e00',
      kind: 'platformEvent',
      queryable: false,
      publishBehavior: 'PublishAfterCommit',
    });
    expect([...schema.require('Moved__e').fields.values()].map((field) => field.name)).toEqual([
      'ReplayId',
      'CreatedDate',
      'CreatedById',
      'EventUuid',
      'Where__c',
    ]);
  });

  test('picklists with default, restriction and inactive values', () => {
    const { schema } = deploy(
      customField(
        'Account',
        'Mood__c',
        `<label>Mood</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition>
        <sorted>false</sorted>
        <value><fullName>Good</fullName><default>true</default><label>Quite good</label></value>
        <value><fullName>Bad</fullName><default>false</default><label>Bad</label><isActive>false</isActive></value>
      </valueSetDefinition></valueSet>`,
      ),
    );
    expect(schema.require('Account').fields.get('mood__c')).toMatchObject({
      restrictedPicklist: true,
      defaultValue: 'Good',
      picklistValues: [
        { value: 'Good', label: 'Quite good', active: true, defaultValue: true },
        { value: 'Bad', label: 'Bad', active: false, defaultValue: false },
      ],
    });
  });

  test('what is not schema: remote sites, subscriber settings, permission sets', () => {
    const { metadata, problems } = deploy(
      source(
        'remoteSiteSettings/Depot.remoteSite-meta.xml',
        'RemoteSiteSetting',
        '<url>https://depot.example</url><isActive>true</isActive><disableProtocolSecurity>false</disableProtocolSecurity>',
      ),
      source(
        'PlatformEventSubscriberConfigs/Cfg.platformEventSubscriberConfig-meta.xml',
        'PlatformEventSubscriberConfig',
        '<batchSize>200</batchSize><masterLabel>Cfg</masterLabel><platformEventConsumer>MovedTrigger</platformEventConsumer>',
      ),
      source(
        'permissionsets/Clerk.permissionset-meta.xml',
        'PermissionSet',
        `<label>Clerk</label><objectPermissions><object>Account</object><allowRead>true</allowRead></objectPermissions>
        <userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions><userPermissions><enabled>false</enabled><name>ViewSetup</name></userPermissions>`,
      ),
    );
    expect(problems).toEqual([]);
    expect(metadata.remoteSites).toEqual([
      {
        name: 'Depot',
        url: 'https://depot.example',
        isActive: true,
        disableProtocolSecurity: false,
      },
    ]);
    expect(metadata.subscriberConfigs).toMatchObject([
      { consumer: 'MovedTrigger', batchSize: 200, user: undefined },
    ]);
    expect(metadata.permissionSets).toMatchObject([
      {
        name: 'Clerk',
        userPermissions: ['ApiEnabled'],
        objectPermissions: [{ object: 'Account', read: true, edit: false }],
      },
    ]);
  });

  test('Apex and layouts are passed over', () => {
    expect(
      deploy(
        { path: 'classes/A.cls', text: 'x' },
        { path: 'layouts/A.layout-meta.xml', text: '<x/>' },
      ).problems,
    ).toEqual([]);
  });
});

describe('what a deploy refuses, and then changes nothing', () => {
  const text = '<label>X</label><type>Text</type><length>10</length>';

  test.each([
    [
      'an unknown element',
      customField('Account', 'X__c', `${text}<colour>red</colour>`),
      'unknown element <colour> in <CustomField>',
    ],
    [
      'an unknown type',
      customField('Account', 'X__c', '<label>X</label><type>Colour</type>'),
      'field type Colour is not supported by this org',
    ],
    [
      'a type of Object’s prototype',
      customField('Account', 'X__c', '<label>X</label><type>constructor</type>'),
      'field type constructor is not supported by this org',
    ],
    [
      'a text without length',
      customField('Account', 'X__c', '<label>X</label><type>Text</type>'),
      '<length> is missing',
    ],
    [
      'a text that is too long',
      customField('Account', 'X__c', '<label>X</label><type>Text</type><length>300</length>'),
      '<length> must be between 1 and 255: 300',
    ],
    [
      'a number without size',
      customField('Account', 'X__c', '<label>X</label><type>Number</type>'),
      '<precision> and <scale> are needed',
    ],
    [
      'a checkbox without default',
      customField('Account', 'X__c', '<label>X</label><type>Checkbox</type>'),
      '<defaultValue> is missing for a Checkbox',
    ],
    [
      'a default that computes',
      customField('Account', 'X__c', `${text}<defaultValue>TODAY()</defaultValue>`),
      'a default value must be a literal, formulas are not supported by this org: TODAY()',
    ],
    [
      'a flag that is none',
      customField('Account', 'X__c', `${text}<unique>yes</unique>`),
      '<unique> must be true or false: yes',
    ],
    [
      'a name of another file',
      customField('Account', 'X__c', `<fullName>Y__c</fullName>${text}`, false),
      "<fullName> must be the file's name: Y__c",
    ],
    ['a standard field', customField('Account', 'Name', text), 'not a custom field name: Name'],
    [
      'a target that is not there',
      customField(
        'Account',
        'X__c',
        '<label>X</label><type>Lookup</type><referenceTo>Nothing__c</referenceTo>',
      ),
      '<referenceTo> names an object that the org does not have: Nothing__c',
    ],
    [
      'a field of no object',
      customField('Nothing__c', 'X__c', text),
      'object Nothing__c is unknown, and no Nothing__c.object-meta.xml says what it is',
    ],
    [
      'an object of a foreign kind',
      customObject('Thing__x', '<label>T</label>'),
      'not the name of an object this org can make: Thing__x',
    ],
    [
      'metadata it does not know',
      source('flows/F.flow-meta.xml', 'Flow', '<x>1</x>'),
      'metadata of type flow is not supported by this org',
    ],
    [
      'a permission it does not know',
      source(
        'permissionsets/P.permissionset-meta.xml',
        'PermissionSet',
        '<label>P</label><userPermissions><enabled>true</enabled><name>Fly</name></userPermissions>',
      ),
      'unknown user permission: Fly',
    ],
    [
      'a permission on nothing',
      source(
        'permissionsets/P.permissionset-meta.xml',
        'PermissionSet',
        '<label>P</label><fieldPermissions><field>Account.No__c</field><readable>true</readable></fieldPermissions>',
      ),
      'no field named Account.No__c found',
    ],
    [
      'a site that is no address',
      source(
        'remoteSiteSettings/R.remoteSite-meta.xml',
        'RemoteSiteSetting',
        '<url>javascript:alert(1)</url>',
      ),
      '<url> must be an http or https address: javascript:alert(1)',
    ],
    [
      'another root',
      source('remoteSiteSettings/R.remoteSite-meta.xml', 'Other', '<url>https://a.example</url>'),
      'the root element must be <RemoteSiteSetting>',
    ],
    [
      'entities',
      {
        path: 'objects/A__c/A__c.object-meta.xml',
        text: '<!DOCTYPE x [<!ENTITY a "b">]><CustomObject/>',
      },
      'document type declarations are not allowed',
    ],
  ])('%s', (_, file, message) => {
    expect(problemOf(file)).toBe(message);
  });

  test('XML that is not well-formed, with the line', () => {
    expect(
      problemOf({
        path: 'objects/A__c/A__c.object-meta.xml',
        text: '<CustomObject>\n<label>A</lable>\n</CustomObject>',
      }),
    ).toMatch(/^not well-formed XML, line 2/);
  });

  test('all problems at once, each with its file', () => {
    const { problems } = deploy(
      customField('Account', 'A__c', '<label>A</label><type>Text</type>'),
      customField('Account', 'B__c', '<label>B</label><type>Colour</type>'),
      shipment,
    );
    expect(problems.map((problem) => problem.file)).toEqual([
      'objects/Account/fields/A__c.field-meta.xml',
      'objects/Account/fields/B__c.field-meta.xml',
    ]);
  });
});

test('a trial deploy leaves the schema alone', () => {
  const schema = loadStandardSchema();
  const trial = tryDeploy(schema, [shipment], createKeyPrefixes());
  expect(trial.schema.find('Shipment__c')).toBeDefined();
  expect(schema.find('Shipment__c')).toBeUndefined();
});

test('an object keeps its key prefix', () => {
  const prefixes = createKeyPrefixes();
  expect(prefixes.prefixFor('A__c', 'custom')).toBe('a00');
  expect(prefixes.prefixFor('B__c', 'custom')).toBe('a01');
  expect(prefixes.prefixFor('E__e', 'platformEvent')).toBe('e00');
  expect(prefixes.prefixFor('a__C', 'custom')).toBe('a00');
});
