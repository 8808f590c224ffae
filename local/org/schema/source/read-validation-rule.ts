import type { ValidationRule } from '../schema.ts';
import { type Element, SourceProblem } from './element.ts';

const parts: ReadonlySet<string> = new Set([
  'active',
  'description',
  'errorConditionFormula',
  'errorDisplayField',
  'errorMessage',
  'fullName',
]);
const longestMessage = 255;

/** @param name the file's */
export function readValidationRule(element: Element, name: string): ValidationRule {
  element.allow(parts);
  const message = element.require('errorMessage');
  if (message.length > longestMessage) {
    throw new SourceProblem(`<errorMessage> may have ${longestMessage} characters`);
  }
  const field = element.value('errorDisplayField');
  return {
    name,
    active: element.flag('active'),
    condition: element.require('errorConditionFormula'),
    message,
    ...(field === undefined ? {} : { field }),
  };
}
