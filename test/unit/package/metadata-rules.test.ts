import { expect, test } from 'vitest';
import { elements, metadataOf, packageFiles, text } from '../../../scripts/check/package-source.ts';
import { fieldPath } from '../../../scripts/check/source-package.ts';

const fieldByPath = new Map(
  packageFiles('.field-meta.xml').map((file) => [fieldPath(file), metadataOf(file)]),
);

/** The words of the article on enabling Real-Time Sync: an admin looks for exactly these. */
test('Mixmax Settings carries the labels and help texts that the article prints', () => {
  const label = (name: string) => text(fieldByPath.get(`Mixmax_Settings__c.${name}`), 'label');
  const help = (name: string) =>
    text(fieldByPath.get(`Mixmax_Settings__c.${name}`), 'inlineHelpText');
  expect(label('Disable_RTS__c')).toBe('Disable Mixmax RTS');
  expect(help('Disable_RTS__c')).toBe('Disable the Mixmax Real-Time Sync package.');
  expect(label('Error_Logging_Enabled__c')).toBe('Error logging enabled');
  expect(help('Error_Logging_Enabled__c')).toBe('Log errors in Salesforce to get extra details.');
  expect(label('Gateway_URL__c')).toBe('Mixmax Gateway URL');
  expect(help('Gateway_URL__c')).toBe('For testing only: normally written by set-up.');
  expect(label('Token__c')).toBe('Mixmax Token');
  const labels = new Map(
    packageFiles('.object-meta.xml').map((file) => [file.name, text(metadataOf(file), 'label')]),
  );
  expect(labels.get('Mixmax_Settings__c')).toBe('Mixmax Settings');
  expect(labels.get('Mixmax_Error__c')).toBe('Mixmax Error');
  expect(labels.get('Mixmax_Synced_Field__c')).toBe('Mixmax Synced Fields');
});

/** Outside a managed package everybody's code reads protected settings, too: `Protected` would only seem to hide the token. */
test('no setting claims to be protected in a package that protects none', () => {
  const visibilities = packageFiles('.object-meta.xml')
    .map(metadataOf)
    .filter((object) => text(object, 'customSettingsType') !== undefined)
    .map((object) => text(object, 'visibility'));
  expect(visibilities).toEqual(['Public', 'Public', 'Public']);
});

test('changes are published after the commit, skips at once', () => {
  const behaviour = (name: string) =>
    packageFiles(`${name}.object-meta.xml`).map((file) =>
      text(metadataOf(file), 'publishBehavior'),
    );
  expect(behaviour('Mixmax_Change__e')).toEqual(['PublishAfterCommit']);
  expect(behaviour('Mixmax_Skip__e')).toEqual(['PublishImmediately']);
});

test('the subscriber takes the batches that its class counts on', () => {
  const [config] = packageFiles('.platformEventSubscriberConfig-meta.xml').map(metadataOf);
  expect(text(config, 'platformEventConsumer')).toBe('MixmaxChangeTrigger');
  const [subscriber] = packageFiles('RtsChangeSubscriber.cls');
  expect(subscriber?.text).toContain(`FULL_BATCH = ${text(config, 'batchSize')};`);
});

test('the suites name every test; the one for production leaves out whole saves', () => {
  const members = (suite: string) =>
    packageFiles(`${suite}.testSuite-meta.xml`)
      .map(metadataOf)
      .flatMap((root) => elements(root, 'testClassName'));
  const all = packageFiles('Test.cls').map((file) => file.name);
  expect(members('MixmaxRts')).toEqual(all);
  expect(members('RtsDeploy')).toEqual(all.filter((name) => name !== 'RtsSaveTest'));
});

test('the remote site lies apart, with a placeholder host, https only', () => {
  const sites = packageFiles('.remoteSite-meta.xml');
  expect(sites.map((file) => file.path)).toEqual([
    'site/remoteSiteSettings/Mixmax_Gateway.remoteSite-meta.xml',
  ]);
  const [site] = sites.map(metadataOf);
  expect(text(site, 'url')).toBe('https://rts.example');
  expect(text(site, 'disableProtocolSecurity')).toBe('false');
});

/** What a permission set grants of an object, in letters: create, read, edit, delete, View All, Modify All. */
function grantsOf(set: string): Record<string, string> {
  const [root] = packageFiles(`${set}.permissionset-meta.xml`).map(metadataOf);
  const flags = [
    'allowCreate',
    'allowRead',
    'allowEdit',
    'allowDelete',
    'viewAllRecords',
    'modifyAllRecords',
  ];
  return Object.fromEntries(
    elements(root, 'objectPermissions').map((grant) => [
      text(grant, 'object') ?? '',
      flags
        .map((flag, index) => (text(grant, flag) === 'true' ? 'CREDVM'.charAt(index) : ''))
        .join(''),
    ]),
  );
}

const namesIn = (set: string, list: string, name: string) =>
  packageFiles(`${set}.permissionset-meta.xml`)
    .map(metadataOf)
    .flatMap((root) => elements(root, list).map((entry) => text(entry, name)))
    .sort();

test('the Sync User reads what is mirrored, writes synced fields, publishes, and no more', () => {
  expect(grantsOf('Mixmax_RTS_Sync_User')).toEqual({
    Account: 'RV',
    Contact: 'RV',
    Lead: 'RV',
    Opportunity: 'RV',
    Mixmax_Change__e: 'CR',
    Mixmax_Error__c: 'RV',
    Mixmax_Skip__e: 'CR',
    Mixmax_Synced_Field__c: 'CREDVM',
  });
  expect(namesIn('Mixmax_RTS_Sync_User', 'userPermissions', 'name')).toEqual([
    'ApiEnabled',
    'EditEvent',
    'EditTask',
    'ViewAllUsers',
    'ViewSetup',
  ]);
  expect(namesIn('Mixmax_RTS_Sync_User', 'customSettingAccesses', 'name')).toEqual([
    'Mixmax_Settings__c',
    'Mixmax_State__c',
  ]);
});

test('admins see and delete errors and manage synced fields; others get no object', () => {
  expect(grantsOf('Mixmax_RTS_Admin')).toEqual({
    Mixmax_Error__c: 'REDVM',
    Mixmax_Synced_Field__c: 'CREDVM',
  });
  expect(namesIn('Mixmax_RTS_Admin', 'userPermissions', 'name')).toEqual([]);
  expect(grantsOf('Mixmax_RTS_User')).toEqual({});
  expect(namesIn('Mixmax_RTS_User', 'classAccesses', 'apexClass')).toEqual(['RtsFlowAction']);
});

test('everybody who logs activities may fill both of their fields', () => {
  for (const set of ['Mixmax_RTS_Admin', 'Mixmax_RTS_Sync_User', 'Mixmax_RTS_User']) {
    const fields = namesIn(set, 'fieldPermissions', 'field');
    expect(fields).toContain('Task.MixmaxActivityDateTime__c');
    expect(fields).toContain('Task.Mixmax_Activity_Id__c');
  }
});

test('only the app of the package leads to its tabs', () => {
  const [app] = packageFiles('.app-meta.xml').map(metadataOf);
  expect(elements(app, 'tabs')).toEqual(['Mixmax_Synced_Field__c', 'Mixmax_Error__c']);
  expect(namesIn('Mixmax_RTS_Admin', 'applicationVisibilities', 'application')).toEqual(['Mixmax']);
});
