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
