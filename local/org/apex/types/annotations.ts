import type { Modifiers } from '../syntax/ast.ts';
import type { Problems } from './problems.ts';

/**
 * Annotations the platform knows, with their properties (the empty name is for a value alone, as in
 * `@SuppressWarnings('PMD')`); those without an effect here are accepted all the same.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  auraenabled: ['cacheable', 'continuation', 'scope'],
  deprecated: [],
  future: ['callout'],
  httpdelete: [],
  httpget: [],
  httppatch: [],
  httppost: [],
  httpput: [],
  invocablemethod: [
    'callout',
    'capabilitytype',
    'category',
    'configurationeditor',
    'description',
    'iconname',
    'label',
  ],
  invocablevariable: ['defaultvalue', 'description', 'label', 'placeholdertext', 'required'],
  istest: ['critical', 'isparallel', 'oninstall', 'seealldata', 'testfor'],
  jsonaccess: ['deserializable', 'serializable'],
  namespaceaccessible: [],
  readonly: [],
  remoteaction: [],
  restresource: ['urlmapping'],
  suppresswarnings: [''],
  testsetup: [],
  testvisible: [],
};

export function checkAnnotations(modifiers: Modifiers, file: string, problems: Problems): void {
  for (const annotation of modifiers.annotations) {
    const known = KNOWN[annotation.name.toLowerCase()];
    if (known === undefined) {
      problems.add(file, annotation.at, `Annotation does not exist: @${annotation.name}`);
    }
    for (const property of annotation.parameters.keys()) {
      if (known?.includes(property) === false) {
        const message = `Annotation property does not exist: @${annotation.name}(${property})`;
        problems.add(file, annotation.at, message);
      }
    }
  }
}
