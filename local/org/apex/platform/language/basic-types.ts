import type { PlatformType } from '../definition.ts';
import { blobType, encodingUtilType } from './blob-types.ts';
import { cryptoType } from './crypto-type.ts';
import { dateType, timeType } from './date-types.ts';
import { datetimeType } from './datetime-type.ts';
import { jsonGeneratorType } from './json-generator-type.ts';
import { jsonParserType, jsonTokenType } from './json-parser-type.ts';
import { jsonType } from './json-types.ts';
import { mathType } from './math-type.ts';
import {
  booleanType,
  decimalType,
  doubleType,
  integerType,
  longType,
  roundingModeType,
} from './number-types.ts';
import { matcherType, patternType } from './pattern-types.ts';
import { stringType } from './string-type.ts';
import { timeZoneType } from './time-zone-type.ts';
import { uuidType } from './uuid-type.ts';

/** Text, numbers, times, bytes and what works on them. */
export const BASIC_TYPES: readonly PlatformType[] = [
  stringType,
  patternType,
  matcherType,
  integerType,
  longType,
  doubleType,
  decimalType,
  booleanType,
  roundingModeType,
  mathType,
  dateType,
  timeType,
  datetimeType,
  blobType,
  encodingUtilType,
  cryptoType,
  jsonType,
  jsonGeneratorType,
  jsonParserType,
  jsonTokenType,
  timeZoneType,
  uuidType,
];
