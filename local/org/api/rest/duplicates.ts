import {
  type DuplicateMatches,
  type DuplicateOptions,
  type DuplicateResult,
  MATCH_CONFIDENCE,
  matchEngineOf,
} from '../../duplicate-result.ts';
import { type ApiCall, dataPath } from '../api-call.ts';
import { jsonDouble } from '../json-number.ts';
import { readRecords } from './read-records.ts';
import { createRecordWriter } from './record-json.ts';

const HEADER = 'sforce-duplicate-rule-header';

/** `Sforce-Duplicate-Rule-Header: allowSave=true; runAsCurrentUser=true`; what it does not say is false. */
export function duplicateOptions(call: ApiCall): DuplicateOptions {
  return { allowSave: isSet(call, 'allowSave'), runAsCurrentUser: isSet(call, 'runAsCurrentUser') };
}

function isSet({ headers }: ApiCall, name: string): boolean {
  return (headers[HEADER] ?? '')
    .split(/[;,]/)
    .some((part) => part.replaceAll(' ', '').toLowerCase() === `${name.toLowerCase()}=true`);
}

/** What the rule found, with the found records' ids, or all of their fields where the header asks for them. */
export function duplicateResultJson(call: ApiCall, found: DuplicateResult): object {
  return {
    allowSave: found.allowSave,
    duplicateRule: found.rule,
    duplicateRuleEntityType: found.object,
    errorMessage: found.message,
    matchResults: found.matches.map((matches) => matchResultJson(call, matches)),
  };
}

/** Of what the user does not see nothing is told. */
function matchResultJson(call: ApiCall, { object, rule, ids }: DuplicateMatches): object {
  const schema = call.org.schema.require(object);
  const fields = isSet(call, 'includeRecordDetails')
    ? [...schema.fields.values()].map(({ name }) => name)
    : ['Id'];
  const writer = createRecordWriter(call.org.schema, dataPath(call));
  const records = readRecords(call, schema, fields, ids).flatMap((record) => record ?? []);
  return {
    entityType: object,
    errors: [],
    matchEngine: matchEngineOf(rule),
    matchRecords: records.map((record) => ({
      additionalInformation: [],
      fieldDiffs: [],
      matchConfidence: jsonDouble(MATCH_CONFIDENCE),
      record: writer.write(record),
    })),
    rule,
    size: records.length,
    success: true,
  };
}
