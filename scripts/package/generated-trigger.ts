import { createHash } from 'node:crypto';
import { UserError } from '../one-machine/user-error.ts';

/** Apex for a custom object that the package cannot know: a trigger of one line and its test. */
export interface GeneratedTrigger {
  readonly triggerName: string;
  readonly testName: string;
  /** Text by path below the output folder, in the source format. */
  readonly files: ReadonlyMap<string, string>;
}

export const GENERATED_PREFIX = 'MixmaxRts_';
const TEST_SUFFIX = '_Test';
/** Salesforce's limit for the name of a class. */
const MAX_NAME_LENGTH = 40;
const OBJECT_NAME = /^(?:[a-z][a-z0-9]{0,14}__)?[a-z](?:_?[a-z0-9])*__c$/i;
const NAMESPACE = /^[a-z](?:_?[a-z0-9]){0,14}$/i;
const META = (type: string) => `<?xml version="1.0" encoding="UTF-8"?>
<${type} xmlns="http://soap.sforce.com/2006/04/metadata">
    <apiVersion>66.0</apiVersion>
    <status>Active</status>
</${type}>
`;

/**
 * @param object API name of a custom object, with its namespace if it has one
 * @param namespace of the package when it is managed; empty for source and unlocked builds
 * @throws UserError for what is no custom object or no namespace
 */
export function generateTrigger(object: string, namespace = ''): GeneratedTrigger {
  if (!OBJECT_NAME.test(object)) {
    throw new UserError(
      `--object "${object}" is no custom object's API name, such as Deal__c. Standard objects beyond those that the ` +
        'package watches are reported by a record-triggered flow with the action "Send Change to Mixmax".',
    );
  }
  if (namespace !== '' && !NAMESPACE.test(namespace)) {
    throw new UserError(`--namespace "${namespace}" is no namespace.`);
  }
  const triggerName = nameFor(object);
  const testName = `${triggerName}${TEST_SUFFIX}`;
  const rts = namespace === '' ? 'Rts' : `${namespace}.Rts`;
  return {
    triggerName,
    testName,
    files: new Map([
      [`triggers/${triggerName}.trigger`, triggerText(triggerName, object, rts)],
      [`triggers/${triggerName}.trigger-meta.xml`, META('ApexTrigger')],
      [`classes/${testName}.cls`, testText(testName, object, rts)],
      [`classes/${testName}.cls-meta.xml`, META('ApexClass')],
    ]),
  };
}

/** The same object always has the same name, and two objects never share one. */
function nameFor(object: string): string {
  const stem = object.slice(0, -'__c'.length).replaceAll('__', '_');
  const room = MAX_NAME_LENGTH - GENERATED_PREFIX.length - TEST_SUFFIX.length;
  // acme__Deal__c and Acme_Deal__c read alike, and long names are cut: a digest tells them apart.
  if (stem.length <= room && !object.slice(0, -'__c'.length).includes('__')) {
    return GENERATED_PREFIX + stem;
  }
  const digest = createHash('sha256').update(object.toLowerCase()).digest('hex').slice(0, 4);
  const cut = stem.slice(0, room - digest.length - 1).replace(/_$/, '');
  return `${GENERATED_PREFIX}${cut}_${digest}`;
}

/**
 * `before insert` does nothing but show the test that the trigger was reached, when the object has required fields or
 * rules that an empty record breaks: Salesforce checks those between the two.
 */
function triggerText(name: string, object: string, rts: string): string {
  return `trigger ${name} on ${object}(before insert, after insert, after update, after delete, after undelete) {
    ${rts}.handle(Trigger.operationType, Trigger.new, Trigger.oldMap);
}
`;
}

function testText(name: string, object: string, rts: string): string {
  return `@IsTest
private class ${name} {
    @IsTest
    static void shouldReachMixmax() {
        ${rts}.coverGeneratedTrigger(new ${object}());
    }
}
`;
}

/** Whether a trigger's text is what `generateTrigger` writes, also in another layout or an older form. */
export function isGeneratedTrigger(text: string): boolean {
  return /^\s*trigger\s+MixmaxRts_\w+\s+on\s+\w+\s*\([\w\s,]*\)\s*\{\s*(?:\w+\.)?Rts\.handle\(\s*Trigger\.operationType\s*,\s*Trigger\.new\s*,\s*Trigger\.oldMap\s*\)\s*;\s*\}\s*$/i.test(
    text,
  );
}

/** Whether Apex text calls the package, so that it stands in the way of its removal. */
export function callsPackage(text: string): boolean {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  return /\b(?:Rts\s*\.\s*(?:handle|coverGeneratedTrigger)|RtsFlowAction)\b/i.test(code);
}
