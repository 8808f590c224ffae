import type { PlatformType } from './definition.ts';
import { BASIC_TYPES } from './language/basic-types.ts';
import { EXCEPTION_TYPES } from './language/exception-types.ts';
import { idType } from './language/id-type.ts';
import {
  comparableType,
  comparatorType,
  iterableType,
  iteratorType,
} from './language/iterators.ts';
import { listType } from './language/list-type.ts';
import { mapType } from './language/map-type.ts';
import { enumType, objectType, triggerOperationType } from './language/object-type.ts';
import { setType } from './language/set-type.ts';
import { typeType } from './language/type-type.ts';
import { SYSTEM_TYPES } from './system/system-types.ts';

/** Every type compiled code may name, apart from its own classes and the objects of the schema. */
export const PLATFORM_TYPES: readonly PlatformType[] = [
  ...BASIC_TYPES,
  comparableType,
  comparatorType,
  enumType,
  ...EXCEPTION_TYPES,
  idType,
  iterableType,
  iteratorType,
  listType,
  mapType,
  objectType,
  setType,
  triggerOperationType,
  typeType,
  ...SYSTEM_TYPES,
];
