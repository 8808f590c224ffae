import type { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { resultList, resultObject } from './save-results.ts';
import type { EventSubscription, RowOutcome } from './system-services.ts';

type TriggerContextObject = PlatformObject<EventSubscription>;

function eventsIn(values: readonly ApexValue[]): SObjectValue[] {
  return values.map((event) => {
    if (event instanceof SObjectValue) {
      return event;
    }
    throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
  });
}

export const eventBusType = platformType({
  name: 'EventBus',
  members: {
    'static Database.SaveResult publish(SObject event)': (
      realm: Realm,
      _self: null,
      event: SObjectValue,
    ) => {
      const [outcome] = realm.system.events.publish(eventsIn([event]));
      return outcome === undefined ? null : resultObject('Database.SaveResult', outcome);
    },
    'static List<Database.SaveResult> publish(List<SObject> events)': (
      realm: Realm,
      _self: null,
      events: ApexList,
    ) => resultList('Database.SaveResult', realm.system.events.publish(eventsIn(events.values))),
    'static String getOperationId(Database.SaveResult result)': (
      _realm: Realm,
      _self: null,
      result: PlatformObject<RowOutcome>,
    ) => result.state.errors.find(({ code }) => code === 'OPERATION_ENQUEUED')?.message ?? null,
  },
});

/** What a platform event trigger may learn of its delivery. */
export const triggerContextType = platformType({
  name: 'EventBus.TriggerContext',
  members: {
    'static EventBus.TriggerContext currentContext()': (realm: Realm) => {
      const { subscription } = realm.system.events;
      return subscription === null
        ? null
        : new PlatformObject('EventBus.TriggerContext', subscription);
    },
    'get Integer retries': (_realm: Realm, self: TriggerContextObject) => self.state.retries,
    'get String lastError': (_realm: Realm, self: TriggerContextObject) => self.state.lastError,
    'String getResumeCheckpoint()': (_realm: Realm, self: TriggerContextObject) =>
      self.state.resumeCheckpoint,
    'void setResumeCheckpoint(String replayId)': (
      _realm: Realm,
      self: TriggerContextObject,
      replayId: string | null,
    ) => {
      if (replayId === null || !/^\d+$/.test(replayId)) {
        throw new ApexException('EventBus.InvalidReplayIdException', 'The replay ID is invalid.');
      }
      self.state.resumeCheckpoint = replayId;
      return null;
    },
  },
});
