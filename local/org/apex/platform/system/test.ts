import type { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import type { ApexDatetime } from '../../temporal.ts';
import { ApexException, type ApexObject, type ApexValue, PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { given } from '../language/arguments.ts';
import { installTestMembers } from './install-handlers.ts';
import { setCurrentPage } from './page-reference.ts';
import { loadData } from './static-resources.ts';
import type { TestServices } from './system-services.ts';
import { createStub } from './test-stubs.ts';

function testOf(realm: Realm): TestServices {
  const { test } = realm.system;
  if (test === undefined) {
    throw new ApexException('TypeException', 'Test methods can only be called from a test');
  }
  return test;
}

export const testType = platformType({
  name: 'Test',
  members: {
    'static Boolean isRunningTest()': (realm: Realm) => realm.isTest,
    'static void startTest()': (realm: Realm) => {
      testOf(realm).start();
      return null;
    },
    'static void stopTest()': (realm: Realm) => {
      testOf(realm).stop();
      return null;
    },
    'static void setMock(Type interfaceType, Object instance)': (
      realm: Realm,
      _self: null,
      _interfaceType: ApexValue,
      mock: ApexObject,
    ) => {
      if (!realm.program.isInstance(mock, 'HttpCalloutMock')) {
        throw new ApexException(
          'TypeException',
          'Only an HttpCalloutMock can be set as a mock in this org',
        );
      }
      testOf(realm).setMock(mock);
      return null;
    },
    'static void setFixedSearchResults(List<Id> ids)': (
      realm: Realm,
      _self: null,
      ids: ApexList | null,
    ) => {
      testOf(realm).fixedSearchResults = given(ids).values.filter((id) => typeof id === 'string');
      return null;
    },
    'static void setCreatedDate(Id recordId, Datetime created)': (
      realm: Realm,
      _self: null,
      id: string | null,
      created: ApexDatetime | null,
    ) => {
      testOf(realm).setCreatedDate(given(id), given(created).epochMs);
      return null;
    },
    ...installTestMembers,
    'static List<SObject> loadData(Schema.SObjectType type, String resource)': loadData,
    'static void setCurrentPage(PageReference page)': setCurrentPage,
    'static void setCurrentPageReference(PageReference page)': setCurrentPage,
    'static Object createStub(Type parentType, StubProvider provider)': createStub,
    'static EventBus.TestBroker getEventBus()': () => new PlatformObject('EventBus.TestBroker', {}),
  },
});

export const testBrokerType = platformType({
  name: 'EventBus.TestBroker',
  members: {
    'void deliver()': (realm: Realm) => {
      testOf(realm).deliverEvents();
      return null;
    },
    'void fail()': (realm: Realm) => {
      testOf(realm).failEvents();
      return null;
    },
  },
});
