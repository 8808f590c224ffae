import type { SourceFile } from '../../apex/program.ts';
import type { Schema } from '../../schema/schema.ts';
import { areActivitiesShared } from '../../store/rules/activity-relations.ts';
import type { SourceDeployer } from './deploys.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';
const ACTIVITIES = 'settings/Activities.settings-meta.xml';

/** What the Metadata API shows: the deployed source, and settings that every org has although nobody deployed them. */
export function orgSource({ files }: SourceDeployer, schema: Schema): readonly SourceFile[] {
  if (files.some(({ path }) => path.endsWith(ACTIVITIES))) return files;
  return [...files, { path: ACTIVITIES, text: activitySettings(schema) }];
}

function activitySettings(schema: Schema): string {
  const rollsUp = schema.require('Task').rollsUpToContactAccount !== false;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ActivitiesSettings xmlns="${NAMESPACE}">\n` +
    `    <allowUsersToRelateMultipleContactsToTasksAndEvents>${areActivitiesShared(schema)}` +
    '</allowUsersToRelateMultipleContactsToTasksAndEvents>\n' +
    `    <enableRollUpActivToContactsAcct>${rollsUp}</enableRollUpActivToContactsAcct>\n` +
    '</ActivitiesSettings>\n'
  );
}
