import { expect, test } from 'vitest';
import {
  elements,
  metadataOf,
  type PackageFile,
  packageFiles,
  text,
} from '../../support/package-source.ts';

const fields = packageFiles('.field-meta.xml');
const API_VERSION = '66.0';

/** `Object.Field` of a field file. */
function pathOf(file: PackageFile): string {
  const [object] = /objects\/([^/]+)\//.exec(file.path)?.slice(1) ?? [];
  return `${object}.${file.name}`;
}

const fieldByPath = new Map(fields.map((file) => [pathOf(file), metadataOf(file)]));

test.each([...packageFiles('.cls'), ...packageFiles('.trigger')])(
  '$path comes with its metadata at API 66.0',
  (file) => {
    const meta = packageFiles(`${file.path}-meta.xml`)[0];
    if (meta === undefined) throw new Error(`${file.path}-meta.xml is missing`);
    expect(text(metadataOf(meta), 'apiVersion')).toBe(API_VERSION);
    expect(text(metadataOf(meta), 'status')).toBe('Active');
  },
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

test.each(fields)('$path: file, name and type agree', (file) => {
  const field = metadataOf(file);
  expect(text(field, 'fullName')).toBe(file.name);
  expect(text(field, 'description')?.length).toBeGreaterThan(10);
  const type = text(field, 'type');
  if (type === 'LongTextArea') expect(text(field, 'visibleLines')).toBeDefined();
  if (type === 'Text' || type === 'LongTextArea')
    expect(Number(text(field, 'length'))).toBeGreaterThan(0);
  if (type === 'Number') expect(Number(text(field, 'precision'))).toBeLessThanOrEqual(18);
  if (pathOf(file).includes('__e.')) {
    expect(['Checkbox', 'Date', 'DateTime', 'Number', 'Text', 'LongTextArea']).toContain(type);
  }
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

test.each(packageFiles('.permissionset-meta.xml'))(
  '$path grants only what exists and what may be granted',
  (file) => {
    const set = metadataOf(file);
    for (const permission of elements(set, 'fieldPermissions')) {
      const path = text(permission, 'field')?.replace(/^Task\./, 'Activity.') ?? '';
      expect(fieldByPath.has(path), path).toBe(true);
      expect(text(fieldByPath.get(path), 'required'), `${path} is required`).not.toBe('true');
    }
    for (const permission of elements(set, 'objectPermissions')) {
      if (text(permission, 'object')?.endsWith('__e')) {
        expect(text(permission, 'allowEdit')).toBe('false');
        expect(text(permission, 'allowDelete')).toBe('false');
      }
    }
    const classes = new Set(packageFiles('.cls').map((source) => source.name));
    for (const access of elements(set, 'classAccesses')) {
      expect(classes.has(text(access, 'apexClass') ?? '')).toBe(true);
    }
  },
);

test.each(packageFiles('.layout-meta.xml'))('$path shows fields that exist', (file) => {
  const object = file.path.replace(/^.*\//, '').split('-')[0] ?? '';
  const shown = elements(metadataOf(file), 'layoutSections')
    .flatMap((section) => elements(section, 'layoutColumns'))
    .flatMap((column) => elements(column, 'layoutItems'))
    .map((item) => text(item, 'field') ?? '');
  expect(shown.length).toBeGreaterThan(3);
  for (const name of shown) {
    expect(name === 'Name' || fieldByPath.has(`${object}.${name}`), `${object}.${name}`).toBe(true);
  }
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
