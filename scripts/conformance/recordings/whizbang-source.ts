import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The custom object that published recordings are about, with a field of every type. Their publisher left out the
 * `__c` of its names, so comparisons do too.
 */
export const WHIZBANG = 'Whizbang__c';

const FIELDS: Readonly<Record<string, string>> = {
  Auto_Number: '<type>AutoNumber</type><displayFormat>A-{0}</displayFormat>',
  Checkbox_Label: '<type>Checkbox</type><defaultValue>false</defaultValue>',
  Currency_Label: '<type>Currency</type><precision>18</precision><scale>2</scale>',
  Date_Label: '<type>Date</type>',
  DateTime_Label: '<type>DateTime</type>',
  OtherDateTime_Label: '<type>DateTime</type>',
  Email_Label: '<type>Email</type>',
  Number_Label: '<type>Number</type><precision>18</precision><scale>2</scale>',
  Percent_Label: '<type>Percent</type><precision>18</precision><scale>2</scale>',
  Phone_Label: '<type>Phone</type>',
  Picklist_Label: `<type>Picklist</type>${valueSet('one', 'two')}`,
  Picklist_Multiselect_Label: `<type>MultiselectPicklist</type><visibleLines>4</visibleLines>${valueSet('four', 'six')}`,
  Text_Label: '<type>Text</type><length>255</length>',
  TextArea_Label: '<type>TextArea</type>',
  TextAreaLong_Label:
    '<type>LongTextArea</type><length>32768</length><visibleLines>3</visibleLines>',
  TextAreaRich_Label: '<type>Html</type><length>32768</length><visibleLines>10</visibleLines>',
  URL_Label: '<type>Url</type>',
  ParentWhizbang:
    `<type>Lookup</type><referenceTo>${WHIZBANG}</referenceTo>` +
    '<relationshipName>Whizbangs</relationshipName><relationshipLabel>Whizbangs</relationshipLabel>',
  External: '<type>Text</type><length>50</length><externalId>true</externalId>',
};

function valueSet(...names: readonly string[]): string {
  const values = names.map(
    (name) =>
      `<value><fullName>${name}</fullName><default>false</default><label>${name}</label></value>`,
  );
  return `<valueSet><restricted>false</restricted><valueSetDefinition><sorted>false</sorted>${values.join('')}</valueSetDefinition></valueSet>`;
}

/** Writes the object as SFDX source. */
export function writeWhizbangSource(folder: string): void {
  const object = join(folder, 'objects', WHIZBANG);
  mkdirSync(join(object, 'fields'), { recursive: true });
  write(
    join(object, `${WHIZBANG}.object-meta.xml`),
    'CustomObject',
    '<label>Whizbang</label><pluralLabel>Whizbangs</pluralLabel><nameField><label>Whizbang Name</label><type>Text</type></nameField>' +
      '<deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel>',
  );
  for (const [name, type] of Object.entries(FIELDS)) {
    const label = name.replaceAll('_', ' ');
    write(
      join(object, 'fields', `${name}__c.field-meta.xml`),
      'CustomField',
      `<fullName>${name}__c</fullName><label>${label}</label>${type}`,
    );
  }
}

function write(file: string, type: string, content: string): void {
  writeFileSync(
    file,
    `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="http://soap.sforce.com/2006/04/metadata">${content}</${type}>\n`,
  );
}
