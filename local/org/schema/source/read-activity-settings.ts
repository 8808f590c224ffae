import type { Element } from './element.ts';

/** What the org does with tasks and events; other settings change only what pages show. */
export interface ActivitySettings {
  /** Whether one may relate to several contacts: Shared Activities. */
  readonly areShared: boolean;
  /** Whether one about a contact belongs to the contact's account, when Related To gives it none. */
  readonly rollUpToContactAccount: boolean;
}

/** @throws SourceProblem */
export function readActivitySettings(element: Element): ActivitySettings {
  return {
    areShared: element.flag('allowUsersToRelateMultipleContactsToTasksAndEvents'),
    rollUpToContactAccount: element.flag('enableRollUpActivToContactsAcct', true),
  };
}
