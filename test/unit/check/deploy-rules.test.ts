import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deployFaults } from '../../../scripts/check/deploy-rules.ts';
import {
  type PackageFile,
  packageFile,
  readPackage,
} from '../../../scripts/check/package-source.ts';

const project = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../sfdx-project.json'), 'utf8'),
) as { sourceApiVersion: string };
const VERSION = project.sourceApiVersion;
const real = readPackage();

test('the package breaks no rule', () => {
  expect(real.length).toBeGreaterThan(100);
  expect(deployFaults(real, VERSION)).toEqual([]);
});

test('a package without metadata is a fault, not a success', () => {
  expect(deployFaults([], VERSION)).toEqual(['there is no metadata']);
});

/** The package with one text of one file replaced; the text must be there. */
function broken(ending: string, from: string | RegExp, to: string): PackageFile[] {
  const index = real.findIndex((file) => file.path.endsWith(ending));
  const file = real[index];
  if (file === undefined) throw new Error(`no file ends with ${ending}`);
  const changed = file.text.replace(from, to);
  if (changed === file.text) throw new Error(`${file.path} does not hold ${String(from)}`);
  return real.with(index, packageFile(file.path, changed));
}

const ERROR_OBJECT = 'Mixmax_Error__c.object-meta.xml';
const SETTINGS = 'Mixmax_Settings__c.object-meta.xml';
const EVENT = 'Mixmax_Change__e.object-meta.xml';
const ADMIN = 'Mixmax_RTS_Admin.permissionset-meta.xml';
const MESSAGE = 'Mixmax_Error__c/fields/Message__c.field-meta.xml';
const KEY = 'fields/Key__c.field-meta.xml';
const FAILURES = 'fields/Failures__c.field-meta.xml';
const ACTIVE = 'Mixmax_Synced_Field__c/fields/Active__c.field-meta.xml';
const TODAY = 'Today.listView-meta.xml';
const ACTIVE_LIST = 'listViews/Active.listView-meta.xml';
const APP = 'Mixmax.app-meta.xml';
const TAB = 'Mixmax_Error__c.tab-meta.xml';
const LAYOUT = 'Mixmax Error Layout.layout-meta.xml';
const SITE = 'Mixmax_Gateway.remoteSite-meta.xml';
const SUBSCRIBER = '.platformEventSubscriberConfig-meta.xml';

test.each([
  [ERROR_OBJECT, '<label>', '<label', 'Mixmax_Error__c.object-meta.xml:'],
  [ERROR_OBJECT, '<CustomObject', '<!-- x --><CustomObject', 'comment before the root'],
  [ERROR_OBJECT, '<label>Mix', '<fullName>x</fullName><label>Mix', '<fullName> is not allowed'],
  [ERROR_OBJECT, /<sharingModel>.*<\/sharingModel>/, '', '<sharingModel> is missing'],
  [ERROR_OBJECT, /<pluralLabel>.*<\/pluralLabel>/, '', '<pluralLabel> is missing'],
  [ERROR_OBJECT, /<label>Mixmax Error<\/label>/, '', '<label> is missing'],
  [ERROR_OBJECT, /<nameField>[\s\S]*<\/nameField>/, '', '<nameField> is missing'],
  [ERROR_OBJECT, /<deploymentStatus>.*<\/deploymentStatus>/, '', '<deploymentStatus> is missing'],
  [ERROR_OBJECT, /<displayFormat>.*<\/displayFormat>/, '', 'needs <displayFormat>'],
  [ERROR_OBJECT, '>Private<', '>ControlledByParent<', 'master-detail field go together'],
  [SETTINGS, '>Public<', '>Protected<', 'developer and scratch orgs only'],
  [SETTINGS, '<label>', '<sharingModel>Read</sharingModel><label>', 'not allowed in a custom set'],
  [SETTINGS, '<label>', '<nameField><label>N</label></nameField><label>', '<nameField> is not'],
  [SETTINGS, '<label>', '<pluralLabel>S</pluralLabel><label>', '<pluralLabel> is not allowed'],
  [EVENT, '>HighVolume<', '>StandardVolume<', 'StandardVolume is retired'],
  ['Changes__c.field-meta.xml', '>LongTextArea<', '>Url<', 'platform events hold no field'],
  [MESSAGE, '>LongTextArea<', '>TextArea<', '<length> is not allowed in a field of type TextArea'],
  [MESSAGE, /<visibleLines>.*<\/visibleLines>/, '', '<visibleLines> is missing'],
  [MESSAGE, '>4000<', '>200000<', 'length 200000 is out of range'],
  [MESSAGE, '>LongTextArea<', '>Memo<', 'field type "Memo" is unknown'],
  [MESSAGE, '>Message__c<', '>Mesage__c<', '<fullName> differs'],
  [KEY, /<length>.*<\/length>/, '', '<length> is missing'],
  [FAILURES, /<scale>.*<\/scale>/, '', '<scale> is missing'],
  [FAILURES, /<precision>.*<\/precision>/, '', '<precision> is missing'],
  [FAILURES, '<precision>18<', '<precision>19<', 'precision 19 is over 18'],
  [FAILURES, '<scale>0<', '<scale>19<', 'scale 19 is over precision 18'],
  [ACTIVE, /<defaultValue>.*<\/defaultValue>/, '', '<defaultValue> is missing'],
  [TODAY, '>NAME<', '>Name<', 'standard fields are written in capitals'],
  [TODAY, '<columns>Kind__c<', '<columns>Kin__c<', 'Kin__c does not exist'],
  [TODAY, '<label>Today<', `<label>${'x'.repeat(40)}<`, 'the label has 1 to 39 letters'],
  [TODAY, '<fullName>Today<', '<fullName>Now<', '<fullName> differs'],
  [ACTIVE_LIST, '<value>1<', '<value>True<', 'takes 1 or 0'],
  [ADMIN, '.Message__c<', '.Mesage__c<', 'Mixmax_Error__c.Mesage__c does not exist'],
  [ADMIN, 'Error__c.Message__c<', 'Error__c.Name<', 'Name is no field that takes a permission'],
  [ADMIN, 'Error__c.Message__c<', 'Lead.Name<', 'Lead.Name takes no permission'],
  [ADMIN, 'Error__c.Message__c<', 'Error__c.Message<', 'is no field that takes a permission'],
  [ADMIN, '<tab>Mixmax_Error__c<', '<tab>Mixmax_Error<', 'tab Mixmax_Error does not exist'],
  [ADMIN, '>Visible<', '>DefaultOn<', 'is not Visible, Available or None'],
  [ADMIN, '<name>Mixmax_State__c<', '<name>Mixmax_Sate__c<', 'custom setting Mixmax_Sate__c'],
  [ADMIN, '<object>Mixmax_Error__c<', '<object>Mixmax_Change__e<', 'is a platform event: no'],
  [ADMIN, '<object>Mixmax_Error__c<', '<object>Mixmax_Gone__c<', 'Mixmax_Gone__c does not exist'],
  [
    ADMIN,
    '<label>',
    '<classAccesses><apexClass>No</apexClass></classAccesses><label>',
    'class No does not exist',
  ],
  [ADMIN, '<application>Mixmax<', '<application>Mixmix<', 'app Mixmix does not exist'],
  [APP, '<tabs>Mixmax_Error__c<', '<tabs>Mixmax_Eror__c<', 'tab Mixmax_Eror__c does not exist'],
  [APP, '<label>Mixmax</label>', '', '<label> is missing'],
  [APP, '>Lightning<', '>Aloha<', '<uiType> is not Lightning'],
  [APP, '<navType>Standard<', '<navType>Tabs<', '<navType> is neither'],
  [APP, />Mixmax_Error__c</, '>Mixmax_Synced_Field__c<', 'Mixmax_Synced_Field__c is listed twice'],
  [APP, '>Small<', '>Phone<', '<formFactors> Phone is not Small'],
  [APP, /<formFactors>.*<\/formFactors>/g, '', '<formFactors> is missing'],
  [TAB, '<motif>', '<label>x</label><motif>', '<label> is not allowed'],
  [TAB, '<motif>', '<fullName>x</fullName><motif>', '<fullName> is not allowed'],
  [TAB, '<motif>', '<name>x</name><motif>', '<name> is not allowed'],
  [LAYOUT, '<field>Name<', '<field>Kind__c<', 'field Name must be on the layout'],
  [LAYOUT, '<field>Job_Id__c<', '<field>Job__c<', 'field Job__c does not exist'],
  [SITE, 'https://', 'http://', 'does not begin with https://'],
  [SITE, /<isActive>.*<\/isActive>/, '', '<isActive> is missing'],
  [SITE, /<url>.*<\/url>/, '', '<url> is missing'],
  [SITE, /<disableProtocolSecurity>.*<\/d.*>/, '', '<disableProtocolSecurity> is missing'],
  [SUBSCRIBER, '>MixmaxChangeTrigger<', '>MixmaxTrigger<', 'trigger MixmaxTrigger does not exist'],
  [SUBSCRIBER, '<masterLabel>', '<user>a@b.example</user><masterLabel>', '<user> is not allowed'],
  ['MixmaxRts.testSuite-meta.xml', 'RtsBreakerTest', 'RtsBrakeTest', 'RtsBrakeTest does not exist'],
  ['Rts.cls-meta.xml', '<apiVersion>66.0<', '<apiVersion>99.0<', 'API version 99.0 is not'],
  ['Rts.cls-meta.xml', '>Active<', '>Inactive<', '<status> is not Active'],
  ['/Rts.cls', '{', '{ String s = System.Label.Gone;', 'System.Label.Gone is not in the package'],
])('%s: %s → %s is told', (ending, from, to, fault) => {
  const faults = deployFaults(broken(ending, from, to), VERSION);
  expect(faults.join('\n')).toContain(fault);
});

/** The package with a file more. */
const and = (path: string, content: string) => [...real, packageFile(path, content)];
const OBJECTS = 'main/default/objects';

test.each([
  [
    'a class without its metadata',
    and('classes/Lost.cls', 'class Lost {}'),
    '-meta.xml is missing',
  ],
  [
    'metadata without its class',
    and('classes/Lost.cls-meta.xml', '<ApexClass><apiVersion>66.0</apiVersion></ApexClass>'),
    'its source is missing',
  ],
  [
    'a reserved word',
    and(`${OBJECTS}/Order__c/Order__c.object-meta.xml`, '<CustomObject/>'),
    'Order__c is a reserved word',
  ],
  [
    'a reserved word of a field',
    and(
      `${OBJECTS}/Mixmax_Error__c/fields/Date__c.field-meta.xml`,
      '<CustomField><fullName>Date__c</fullName><type>Date</type></CustomField>',
    ),
    'Date__c is a reserved word',
  ],
  [
    'a field of no object of the package',
    and(
      `${OBJECTS}/Mixmax_Gone__c/fields/A__c.field-meta.xml`,
      '<CustomField><type>Date</type></CustomField>',
    ),
    'object Mixmax_Gone__c is not in the package',
  ],
  [
    'a detail whose sharing is its own',
    and(
      `${OBJECTS}/Mixmax_Error__c/fields/Owner_Account__c.field-meta.xml`,
      '<CustomField><type>MasterDetail</type></CustomField>',
    ),
    'ControlledByParent and a master-detail field go together',
  ],
  [
    'a picklist value that begins with a digit',
    and(
      `${OBJECTS}/Mixmax_Error__c/fields/P__c.field-meta.xml`,
      '<CustomField><type>Picklist</type><valueSet><valueSetDefinition><value><fullName>1st</fullName></value></valueSetDefinition></valueSet></CustomField>',
    ),
    'picklist value "1st" begins with a digit',
  ],
  [
    'the layout of a platform event',
    and('layouts/Mixmax_Change__e-Change.layout-meta.xml', '<Layout/>'),
    'Mixmax_Change__e is a platform event: it has no layout',
  ],
  [
    'the tab of a platform event',
    and('tabs/Mixmax_Change__e.tab-meta.xml', '<CustomTab/>'),
    'Mixmax_Change__e is no object with a tab',
  ],
  [
    'a picklist with two value sets and a digit',
    and(
      `${OBJECTS}/Mixmax_Error__c/fields/P__c.field-meta.xml`,
      '<CustomField><type>Picklist</type><valueSet><valueSetName>A</valueSetName><valueSetDefinition><value><fullName>1st</fullName></value></valueSetDefinition></valueSet></CustomField>',
    ),
    'either <valueSetName> or <valueSetDefinition>',
  ],
  [
    'a list view of a platform event',
    and(`${OBJECTS}/Mixmax_Change__e/listViews/A.listView-meta.xml`, '<ListView/>'),
    'Mixmax_Change__e may have no list view',
  ],
  [
    'a subscriber folder in lower case',
    and('main/platformEventSubscriberConfigs/A.platformEventSubscriberConfig-meta.xml', '<P/>'),
    'the folder is not named PlatformEventSubscriberConfigs',
  ],
  [
    'a layout file without a label',
    and('layouts/Mixmax_Error__c.layout-meta.xml', '<Layout/>'),
    'not named <Object>-<Layout Label>',
  ],
  [
    'two files of labels',
    [...and('labels/A.labels-meta.xml', '<L/>'), packageFile('labels/B.labels-meta.xml', '<L/>')],
    'more than one file of labels',
  ],
  ['a type without rules', and('flows/A.flow-meta.xml', '<Flow/>'), '"flow" has no rules yet'],
])('%s is told', (_, files, fault) => {
  expect(deployFaults(files, VERSION).join('\n')).toContain(fault);
});

test('a permission on a required field or an editable formula is told', () => {
  const required = broken(MESSAGE, '<type>', '<required>true</required><type>');
  expect(deployFaults(required, VERSION).join('\n')).toContain(
    'is required: it takes no permission',
  );
  const detail = broken(MESSAGE, '>LongTextArea<', '>MasterDetail<');
  expect(deployFaults(detail, VERSION).join('\n')).toContain('is required: it takes no permission');
  const formula = broken(KEY, '<length>170</length>', '<formula>Name</formula>');
  expect(deployFaults(formula, VERSION).join('\n')).toContain('is a formula: nobody can edit it');
});

test('a required field must be on the layout', () => {
  const required = broken(
    'Error__c/fields/Job_Id__c.field-meta.xml',
    '<type>',
    '<required>true</required><type>',
  );
  const layout = required.findIndex(({ path }) => path.endsWith(LAYOUT));
  const { path, text } = required[layout] ?? { path: '', text: '' };
  const without = packageFile(
    path,
    text.replaceAll('<field>Job_Id__c</field>', '<field>Kind__c</field>'),
  );
  expect(deployFaults(required.with(layout, without), VERSION).join('\n')).toContain(
    'field Job_Id__c must be on the layout',
  );
});

const LABEL = `<labels><fullName>Paused</fullName><language>en_US</language><protected>true</protected>
  <shortDescription>Paused</shortDescription><value>Sending is paused</value></labels>`;
/** Beside the package's own labels, which its Apex names: there may be one file only. */
function withLabels(content: string, file = 'CustomLabels'): readonly string[] {
  const isLabels = ({ path }: { path: string }) => path.endsWith('.labels-meta.xml');
  const own =
    readPackage()
      .find(isLabels)
      ?.text.match(/<labels>[\s\S]*<\/labels>/)?.[0] ?? '';
  const path = `main/default/labels/${file}.labels-meta.xml`;
  const text = `<CustomLabels>${content === '' ? '' : own + content}</CustomLabels>`;
  const files = and(path, text);
  return deployFaults(files.toSpliced(files.findIndex(isLabels), 1), VERSION);
}

test('labels that can be deployed are no fault', () => {
  expect(withLabels(LABEL)).toEqual([]);
});

test.each([
  ['language', /<language>.*<\/language>/, '', '<language> is missing'],
  ['description', /<shortDescription>.*<\/shortDescription>/, '', '<shortDescription> is missing'],
  ['value', /<value>.*<\/value>/, '', '<value> is missing'],
  ['name', '>Paused<', '>1 Pause<', 'its name is no API name'],
  ['length', 'Sending is', 'x'.repeat(1000), 'its value is over 1000 letters'],
  ['length of the description', '>Paused</s', `>${'x'.repeat(81)}</s`, 'is over 80 letters'],
  ['protection', '>true<', '>yes<', '<protected> is neither true nor false'],
  ['single name', '<labels>', `${LABEL}<labels>`, 'paused is there twice'],
])('a label without its %s is told', (_, from, to, fault) => {
  const content = LABEL.replace(from, to);
  expect(content).not.toBe(LABEL);
  expect(withLabels(content).join('\n')).toContain(fault);
});

test('a file of labels by another name, or without any, is told', () => {
  expect(withLabels(LABEL, 'Labels').join('\n')).toContain('is not named CustomLabels');
  expect(withLabels('').join('\n')).toContain('<labels> is missing');
});
