import { requiredFields } from './object-rules.ts';
import { elements, type Metadata, text } from './package-source.ts';
import {
  type ComponentRule,
  customField,
  forbidden,
  isCustomSetting,
  isPlatformEvent,
  objectExists,
  type SourcePackage,
  without,
} from './source-package.ts';

const listed = (root: Metadata, list: string, name: string) =>
  elements(root, list).map((element) => text(element, name) ?? '');

export const permissionSetRule: ComponentRule = ({ root }, source) => {
  const classes = source.named('.cls');
  const tabs = source.named('.tab-meta.xml');
  return [
    ...without(root, ['label']),
    ...elements(root, 'fieldPermissions').flatMap((grant) => fieldGrantFaults(grant, source)),
    ...elements(root, 'objectPermissions').flatMap((grant) => objectGrantFaults(grant, source)),
    ...listed(root, 'classAccesses', 'apexClass')
      .filter((name) => !classes.has(name))
      .map((name) => `class ${name} does not exist`),
    ...listed(root, 'customSettingAccesses', 'name')
      .filter((name) => !isCustomSetting(name, source))
      .map((name) => `custom setting ${name} does not exist`),
    ...listed(root, 'applicationVisibilities', 'application')
      .filter((name) => !name.includes('__') && !source.named('.app-meta.xml').has(name))
      .map((name) => `app ${name} does not exist`),
    ...elements(root, 'tabSettings').flatMap((setting) => {
      const [tab = '', visibility = ''] = [text(setting, 'tab'), text(setting, 'visibility')];
      return [
        ...(tabs.has(tab) ? [] : [`tab ${tab} does not exist`]),
        ...(/^(Visible|Available|None)$/.test(visibility)
          ? []
          : [`tab ${tab}: visibility "${visibility}" is not Visible, Available or None`]),
      ];
    }),
  ];
};

function fieldGrantFaults(grant: Metadata, source: SourcePackage): string[] {
  const path = text(grant, 'field') ?? '';
  const [object = '', name = ''] = path.split('.');
  const field = customField(object, name, source);
  if (field === undefined) {
    return /__[a-z]+$/.test(name) ? [`field ${path} does not exist`] : standardGrantFaults(path);
  }
  if (requiredFields(source).includes(path)) return [`${path} is required: it takes no permission`];
  const isFormula = text(field, 'formula') !== undefined;
  const isEditable = text(grant, 'editable') === 'true';
  return isFormula && isEditable ? [`${path} is a formula: nobody can edit it`] : [];
}

/** Standard fields of standard objects are believed; a custom object has none that takes a permission. */
function standardGrantFaults(path: string): string[] {
  if (/^\w+__[a-z]+\./.test(path)) return [`${path} is no field that takes a permission`];
  return /\.(Name|Id)$/.test(path) ? [`${path} takes no permission`] : [];
}

function objectGrantFaults(grant: Metadata, source: SourcePackage): string[] {
  const object = text(grant, 'object') ?? '';
  if (!objectExists(object, source)) return [`object ${object} does not exist`];
  const granted = (name: string) => text(grant, name) === 'true';
  if (isCustomSetting(object, source)) return [`${object} is a custom setting: grant it as such`];
  const barred = ['allowEdit', 'allowDelete', 'modifyAllRecords', 'viewAllRecords'].filter(granted);
  return isPlatformEvent(object) && barred.length > 0
    ? [`${object} is a platform event: no ${barred.join(', ')}`]
    : [];
}

export const tabRule: ComponentRule = ({ file, root }, source) => {
  const allowed = ['customObject', 'motif', 'description'];
  const others = typeof root === 'string' ? [] : Object.keys(root);
  const takesTab = !isPlatformEvent(file.name) && !isCustomSetting(file.name, source);
  return [
    ...without(root, ['customObject', 'motif']),
    ...forbidden(
      root,
      others.filter((name) => !allowed.includes(name)),
      'in the tab of an object',
    ),
    ...(source.objects.has(file.name) && takesTab ? [] : [`${file.name} is no object with a tab`]),
  ];
};

/** Standard tabs are named `standard-…`; others must deploy along. */
export const applicationRule: ComponentRule = ({ root }, source) => {
  const tabs = elements(root, 'tabs').map(String);
  const known = source.named('.tab-meta.xml');
  return [
    ...without(root, ['label', 'tabs', 'formFactors']),
    ...elements(root, 'formFactors')
      .map(String)
      .filter((factor) => !/^(Small|Medium|Large)$/.test(factor))
      .map((factor) => `<formFactors> ${factor} is not Small, Medium or Large`),
    ...repeated(tabs).map((tab) => `tab ${tab} is listed twice`),
    ...(text(root, 'uiType') === 'Lightning' ? [] : ['<uiType> is not Lightning']),
    ...(/^(Standard|Console)$/.test(text(root, 'navType') ?? '')
      ? []
      : ['<navType> is neither Standard nor Console']),
    ...tabs
      .filter((tab) => !tab.startsWith('standard-') && !known.has(tab))
      .map((tab) => `tab ${tab} does not exist`),
  ];
};

const LABEL_NEEDS = ['fullName', 'language', 'protected', 'shortDescription', 'value'];
const MAX_LABEL_VALUE = 1000;
const MAX_LABEL_DESCRIPTION = 80;

/** All labels of a package lie in one file. */
export const labelsRule: ComponentRule = ({ file, root }) => {
  const labels = elements(root, 'labels');
  const names = labels.map((label) => text(label, 'fullName') ?? '');
  return [
    ...(/(^|\/)CustomLabels\.labels-meta\.xml$/.test(file.path)
      ? []
      : ['the file is not named CustomLabels.labels-meta.xml']),
    ...without(root, ['labels']),
    ...repeated(names.map((name) => name.toLowerCase())).map((name) => `${name} is there twice`),
    ...labels.flatMap((label, index) =>
      labelFaults(label).map((fault) => `label ${names[index]}: ${fault}`),
    ),
  ];
};

function labelFaults(label: Metadata): string[] {
  const length = (name: string) => text(label, name)?.length ?? 0;
  return [
    ...without(label, LABEL_NEEDS),
    ...(/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(text(label, 'fullName') ?? '')
      ? []
      : ['its name is no API name']),
    ...(length('value') > MAX_LABEL_VALUE ? [`its value is over ${MAX_LABEL_VALUE} letters`] : []),
    ...(length('shortDescription') > MAX_LABEL_DESCRIPTION
      ? [`its description is over ${MAX_LABEL_DESCRIPTION} letters`]
      : []),
    ...(/^(true|false)$/.test(text(label, 'protected') ?? '')
      ? []
      : ['<protected> is neither true nor false']),
  ];
}

/** Those that are there more than once, each time but the first. */
function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) < index);
}

export const layoutRule: ComponentRule = ({ file, root }, source) => {
  const [, object = '', label = ''] =
    /^([^-]+)-(.+)\.layout-meta\.xml$/.exec(file.path.replace(/^.*\//, '')) ?? [];
  if (label === '') return ['the file is not named <Object>-<Layout Label>.layout-meta.xml'];
  if (!objectExists(object, source)) return [`object ${object} does not exist`];
  if (isPlatformEvent(object)) return [`${object} is a platform event: it has no layout`];
  const shown = elements(root, 'layoutSections')
    .flatMap((section) => elements(section, 'layoutColumns'))
    .flatMap((column) => listed(column, 'layoutItems', 'field'));
  const needed = requiredFields(source)
    .filter((path) => path.startsWith(`${object}.`))
    .map((path) => path.slice(object.length + 1));
  return [
    ...['Name', ...needed]
      .filter((name) => !shown.includes(name))
      .map((name) => `field ${name} must be on the layout`),
    ...shown
      .filter((name) => name.endsWith('__c') && customField(object, name, source) === undefined)
      .map((name) => `field ${name} does not exist on ${object}`),
  ];
};

export const remoteSiteRule: ComponentRule = ({ root }) => [
  ...without(root, ['disableProtocolSecurity', 'isActive', 'url']),
  ...(text(root, 'url')?.startsWith('https://')
    ? []
    : ['the address does not begin with https://']),
];

/** The folder's capital P is how the source format tells the type. */
export const subscriberRule: ComponentRule = ({ file, root }, source) => {
  const trigger = text(root, 'platformEventConsumer') ?? '';
  return [
    ...(/(^|\/)PlatformEventSubscriberConfigs\/[^/]+$/.test(file.path)
      ? []
      : ['the folder is not named PlatformEventSubscriberConfigs']),
    ...without(root, ['masterLabel']),
    ...forbidden(root, ['user'], 'here: the user may not exist in the target org'),
    ...(source.named('.trigger').has(trigger) ? [] : [`trigger ${trigger} does not exist`]),
  ];
};

export const testSuiteRule: ComponentRule = ({ root }, source) => {
  const names = elements(root, 'testClassName').map(String);
  return [
    ...(names.length > 0 ? [] : ['the suite is empty']),
    ...names
      .filter((name) => !source.named('.cls').has(name))
      .map((name) => `class ${name} does not exist`),
  ];
};

/** Of a class or trigger. */
export const apexMetaRule: ComponentRule = ({ file, root }, source) => [
  ...without(root, ['apiVersion']),
  ...(text(root, 'status') === 'Active' ? [] : ['<status> is not Active']),
  ...(source.paths.has(file.path.replace(/-meta\.xml$/, '')) ? [] : ['its source is missing']),
];
