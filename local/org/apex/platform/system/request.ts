import type { Realm } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';

type RequestObject = PlatformObject<{ readonly requestId: string; readonly quiddity: string }>;

export const requestType = platformType({
  name: 'Request',
  members: {
    'static Request getCurrent()': (realm: Realm) =>
      new PlatformObject('Request', {
        requestId: realm.system.requestId,
        quiddity: realm.system.quiddity,
      }),
    'String getRequestId()': (_realm: Realm, self: RequestObject) => self.state.requestId,
    'Quiddity getQuiddity()': (_realm: Realm, self: RequestObject) =>
      enumValue('Quiddity', self.state.quiddity),
  },
});

export const quiddityType = platformType({
  name: 'Quiddity',
  kind: 'enum',
  enumValues: [
    'ANONYMOUS',
    'AURA',
    'BATCH_ACS',
    'BATCH_APEX',
    'BATCH_CHUNK_PARALLEL',
    'BATCH_CHUNK_SERIAL',
    'BULK_API',
    'COMMERCE_INTEGRATION',
    'DISCOVERABLE_LOGIN',
    'EXTERNAL_SERVICE_CALLBACK',
    'FUNCTION_CALLBACK',
    'FUTURE',
    'INBOUND_EMAIL_SERVICE',
    'INVOCABLE_ACTION',
    'IOT',
    'PLATFORM_EVENT_PUBLISH_CALLBACK',
    'POST_INSTALL_SCRIPT',
    'QUEUEABLE',
    'QUICK_ACTION',
    'REMOTE_ACTION',
    'REST',
    'RUNTEST_ASYNC',
    'RUNTEST_DEPLOY',
    'RUNTEST_SYNC',
    'SCHEDULED',
    'SOAP',
    'SYNCHRONOUS',
    'TRANSACTION_FINALIZER_QUEUEABLE',
    'UNDEFINED',
    'VF',
  ],
  members: {},
});
