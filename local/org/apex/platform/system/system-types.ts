import type { PlatformType } from '../definition.ts';
import { absentTypes } from './absent-types.ts';
import { accessLevelType } from './access-level.ts';
import { assertType } from './assert.ts';
import { batchTypes } from './batch.ts';
import { cacheTypes } from './cache.ts';
import { customMetadataType } from './custom-metadata.ts';
import { hierarchyCustomSettingType } from './custom-settings.ts';
import { databaseType, savepointType } from './database.ts';
import { dmlOptionsType } from './database-saves.ts';
import { describeTypes } from './describe.ts';
import { duplicateTypes } from './duplicates.ts';
import { eventBusType, triggerContextType } from './events.ts';
import {
  dmlExceptionType,
  invalidReplayIdExceptionType,
  retryableExceptionType,
} from './exceptions.ts';
import { featureManagementType } from './feature-management.ts';
import { httpCalloutMockType, httpRequestType, httpResponseType, httpType } from './http.ts';
import { installTypes } from './install-handlers.ts';
import { jobTypes } from './jobs.ts';
import { labelType } from './label.ts';
import { leadConvertResultType, leadConvertType } from './lead-conversion.ts';
import { limitsType } from './limits.ts';
import { listCustomSettingType } from './list-settings.ts';
import { locationType } from './location.ts';
import { messagingTypes } from './messaging.ts';
import { orgLimitsType, orgLimitType } from './org-limits.ts';
import { pageTypes } from './page-reference.ts';
import { quiddityType, requestType } from './request.ts';
import { restTypes } from './rest.ts';
import { resultTypes } from './save-results.ts';
import { schedulableTypes } from './schedulable.ts';
import { searchType } from './search.ts';
import { securityTypes } from './security.ts';
import { smallTypes } from './small-types.ts';
import { sobjectType } from './sobject.ts';
import { resourceMockTypes } from './static-resources.ts';
import { statusCodeType } from './status-codes.ts';
import { loggingLevelType, readWriteModeType, systemType } from './system.ts';
import { testBrokerType, testType } from './test.ts';
import { stubProviderType } from './test-stubs.ts';
import { urlType } from './url-type.ts';
import { userInfoType } from './user-info.ts';

/** Every type of the system library. A name that is not here (or in the language library) does not compile. */
export const SYSTEM_TYPES: readonly PlatformType[] = [
  ...absentTypes,
  accessLevelType,
  labelType,
  assertType,
  ...batchTypes,
  ...cacheTypes,
  customMetadataType,
  databaseType,
  ...describeTypes,
  ...duplicateTypes,
  dmlExceptionType,
  dmlOptionsType,
  eventBusType,
  featureManagementType,
  hierarchyCustomSettingType,
  httpCalloutMockType,
  httpRequestType,
  httpResponseType,
  httpType,
  invalidReplayIdExceptionType,
  ...installTypes,
  ...jobTypes,
  leadConvertResultType,
  leadConvertType,
  limitsType,
  listCustomSettingType,
  loggingLevelType,
  locationType,
  ...messagingTypes,
  orgLimitsType,
  orgLimitType,
  ...pageTypes,
  quiddityType,
  readWriteModeType,
  requestType,
  ...resourceMockTypes,
  ...resultTypes,
  ...restTypes,
  ...schedulableTypes,
  searchType,
  ...securityTypes,
  retryableExceptionType,
  savepointType,
  ...smallTypes,
  sobjectType,
  statusCodeType,
  stubProviderType,
  systemType,
  testBrokerType,
  testType,
  triggerContextType,
  urlType,
  userInfoType,
];
