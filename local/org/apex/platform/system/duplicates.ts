import type {
  DuplicateMatches,
  DuplicateOptions,
  DuplicateResult,
} from '../../../duplicate-result.ts';
import { MATCH_CONFIDENCE, matchEngineOf } from '../../../duplicate-result.ts';
import { ApexList } from '../../collections.ts';
import { ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { withProperties } from './properties.ts';

/** What Apex says about duplicates before a save, and what it is told of them afterwards. */

type Header = PlatformObject<{ -readonly [Flag in keyof DuplicateOptions]: boolean }>;

export function duplicateRuleHeader(): Header {
  return new PlatformObject('Database.DMLOptions.DuplicateRuleHeader', {
    allowSave: false,
    runAsCurrentUser: false,
  });
}

const flag =
  (name: keyof DuplicateOptions): PlatformMember =>
  (_realm: Realm, self: Header, ...value: ApexValue[]) => {
    const [given] = value;
    if (typeof given === 'boolean') self.state[name] = given;
    return self.state[name];
  };

type Result = PlatformObject<DuplicateResult>;
type Matches = PlatformObject<DuplicateMatches>;
type MatchRecord = PlatformObject<{ readonly object: string; readonly id: string }>;

/** Found records carry their ids only. */
function recordOf(realm: Realm, { state }: MatchRecord): SObjectValue {
  const record = new SObjectValue(realm.schema.require(state.object));
  record.load('Id', state.id);
  return record;
}

const DATACLOUD: Readonly<Record<string, Readonly<Record<string, PlatformMember>>>> = {
  DuplicateResult: {
    'String getDuplicateRule()': (_realm: Realm, { state }: Result) => state.rule,
    'String getDuplicateRuleEntityType()': (_realm: Realm, { state }: Result) => state.object,
    'String getErrorMessage()': (_realm: Realm, { state }: Result) => state.message,
    'Boolean isAllowSave()': (_realm: Realm, { state }: Result) => state.allowSave,
    'List<Datacloud.MatchResult> getMatchResults()': (_realm: Realm, { state }: Result) =>
      new ApexList(
        'Datacloud.MatchResult',
        state.matches.map((found) => new PlatformObject('Datacloud.MatchResult', found)),
      ),
  },
  MatchResult: {
    'String getEntityType()': (_realm: Realm, { state }: Matches) => state.object,
    'String getRule()': (_realm: Realm, { state }: Matches) => state.rule,
    'String getMatchEngine()': (_realm: Realm, { state }: Matches) => matchEngineOf(state.rule),
    'Integer getSize()': (_realm: Realm, { state }: Matches) => state.ids.length,
    'Boolean isSuccess()': () => true,
    'List<Database.Error> getErrors()': () => new ApexList('Database.Error', []),
    'List<Datacloud.MatchRecord> getMatchRecords()': (_realm: Realm, { state }: Matches) => {
      const { object, ids } = state;
      const records = ids.map((id) => new PlatformObject('Datacloud.MatchRecord', { object, id }));
      return new ApexList('Datacloud.MatchRecord', records);
    },
  },
  MatchRecord: {
    'SObject getRecord()': recordOf,
    'Double getMatchConfidence()': () => new ApexDouble(MATCH_CONFIDENCE),
  },
};

export const duplicateTypes = [
  platformType({
    name: 'Database.DMLOptions.DuplicateRuleHeader',
    members: {
      'get set Boolean allowSave': flag('allowSave'),
      'get set Boolean runAsCurrentUser': flag('runAsCurrentUser'),
    },
  }),
  platformType({
    name: 'Database.DuplicateError',
    extends: 'Database.Error',
    members: withProperties({
      'Datacloud.DuplicateResult getDuplicateResult()': (
        _realm: Realm,
        self: PlatformObject<{ readonly duplicates: DuplicateResult }>,
      ) => new PlatformObject('Datacloud.DuplicateResult', self.state.duplicates),
    }),
  }),
  ...Object.entries(DATACLOUD).map(([name, members]) =>
    platformType({ name: `Datacloud.${name}`, members: withProperties(members) }),
  ),
];
