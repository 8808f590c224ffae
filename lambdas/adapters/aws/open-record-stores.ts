import type { Ports } from '#ports/ports.ts';
import { DynamoActivityLedger } from './dynamo-activity-ledger.ts';
import { DynamoActivitySettings } from './dynamo-activity-settings.ts';
import { DynamoChangeLog } from './dynamo-change-log.ts';
import { DynamoCreations } from './dynamo-creations.ts';
import { DynamoKeyStore } from './dynamo-key-store.ts';
import { DynamoMirrorStore } from './dynamo-mirror-store.ts';
import { DynamoPageSessions } from './dynamo-page-sessions.ts';
import type { DynamoTable } from './dynamo-table.ts';
import { DynamoUserConnections } from './dynamo-user-connections.ts';

export type RecordStores = Pick<
  Ports,
  | 'keys'
  | 'pageSessions'
  | 'changeLog'
  | 'mirror'
  | 'activityLedger'
  | 'activitySettings'
  | 'userConnections'
  | 'creations'
>;

export interface RecordTables {
  readonly control: DynamoTable;
  readonly mirror: DynamoTable;
}

/** The stores of functions that work with records. */
export function openRecordStores(
  { control, mirror }: RecordTables,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
): RecordStores {
  return {
    keys: new DynamoKeyStore(control),
    mirror: new DynamoMirrorStore(mirror, clock, random),
    activityLedger: new DynamoActivityLedger(control),
    activitySettings: new DynamoActivitySettings(control),
    userConnections: new DynamoUserConnections(control),
    creations: new DynamoCreations(control),
    pageSessions: new DynamoPageSessions(control),
    changeLog: new DynamoChangeLog(control),
  };
}
