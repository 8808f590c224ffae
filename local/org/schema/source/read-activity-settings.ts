import type { Element } from './element.ts';

/** Whether a task may relate to several contacts: Shared Activities. Other settings change only what pages show. */
export function sharesActivities(element: Element): boolean {
  return element.flag('allowUsersToRelateMultipleContactsToTasksAndEvents');
}
