import type { Modifiers } from '../syntax/ast.ts';
import type { Problems } from './problems.ts';

/** Annotations the platform knows; those without an effect here are accepted all the same. */
const KNOWN = new Set([
  'auraenabled',
  'deprecated',
  'future',
  'httpdelete',
  'httpget',
  'httppatch',
  'httppost',
  'httpput',
  'invocablemethod',
  'invocablevariable',
  'istest',
  'jsonaccess',
  'namespaceaccessible',
  'readonly',
  'remoteaction',
  'restresource',
  'suppresswarnings',
  'testsetup',
  'testvisible',
]);

export function checkAnnotations(modifiers: Modifiers, file: string, problems: Problems): void {
  for (const annotation of modifiers.annotations) {
    if (!KNOWN.has(annotation.name.toLowerCase())) {
      problems.add(file, annotation.at, `Annotation does not exist: @${annotation.name}`);
    }
  }
}
