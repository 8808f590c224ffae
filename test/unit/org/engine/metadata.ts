const NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

function customObject(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject ${NAMESPACE}>${body}</CustomObject>\n`;
}

function customField(name: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<CustomField ${NAMESPACE}><fullName>${name}</fullName><label>${name}</label>${body}</CustomField>\n`;
}

function platformEvent(label: string, publishBehavior: string): string {
  return customObject(
    `<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>${label}</label><pluralLabel>${label}s</pluralLabel><publishBehavior>${publishBehavior}</publishBehavior>`,
  );
}

const SHIPMENT = customObject(
  '<deploymentStatus>Deployed</deploymentStatus><label>Shipment</label><pluralLabel>Shipments</pluralLabel><nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>',
);

const SETTING = customObject(
  '<customSettingsType>Hierarchy</customSettingsType><label>Delivery Settings</label><visibility>Public</visibility>',
);

const TEXT = '<type>Text</type><length>255</length>';

/** Objects, events and settings for the tests; all files in SFDX source format. */
export const NEUTRAL_METADATA: Readonly<Record<string, string>> = {
  'objects/Shipment__c/Shipment__c.object-meta.xml': SHIPMENT,
  'objects/Shipment__c/fields/Key__c.field-meta.xml': customField(
    'Key__c',
    `${TEXT}<externalId>true</externalId><unique>true</unique>`,
  ),
  'objects/Shipment__c/fields/Note__c.field-meta.xml': customField('Note__c', TEXT),
  'objects/Shipment__c/fields/Weight__c.field-meta.xml': customField(
    'Weight__c',
    '<type>Number</type><precision>10</precision><scale>2</scale>',
  ),
  'objects/Shipment__c/fields/Account__c.field-meta.xml': customField(
    'Account__c',
    '<type>Lookup</type><referenceTo>Account</referenceTo><relationshipName>Shipments</relationshipName><relationshipLabel>Shipments</relationshipLabel>',
  ),
  'objects/Shipped__e/Shipped__e.object-meta.xml': platformEvent('Shipped', 'PublishAfterCommit'),
  'objects/Shipped__e/fields/Text__c.field-meta.xml': customField('Text__c', TEXT),
  'objects/Alarm__e/Alarm__e.object-meta.xml': platformEvent('Alarm', 'PublishImmediately'),
  'objects/Alarm__e/fields/Text__c.field-meta.xml': customField('Text__c', TEXT),
  'objects/Delivery_Settings__c/Delivery_Settings__c.object-meta.xml': SETTING,
  'objects/Delivery_Settings__c/fields/Url__c.field-meta.xml': customField('Url__c', TEXT),
  'objects/Delivery_Settings__c/fields/Off__c.field-meta.xml': customField(
    'Off__c',
    '<type>Checkbox</type><defaultValue>false</defaultValue>',
  ),
  'remoteSiteSettings/Hook.remoteSite-meta.xml': `<?xml version="1.0" encoding="UTF-8"?>\n<RemoteSiteSetting ${NAMESPACE}><disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>https://hook.example</url></RemoteSiteSetting>\n`,
};

/** A subscriber configuration for a trigger. */
export function subscriberConfig(trigger: string, batchSize: number): Record<string, string> {
  return {
    [`PlatformEventSubscriberConfigs/${trigger}Config.platformEventSubscriberConfig-meta.xml`]: `<?xml version="1.0" encoding="UTF-8"?>\n<PlatformEventSubscriberConfig ${NAMESPACE}><batchSize>${batchSize}</batchSize><masterLabel>${trigger}Config</masterLabel><platformEventConsumer>${trigger}</platformEventConsumer></PlatformEventSubscriberConfig>\n`,
  };
}
