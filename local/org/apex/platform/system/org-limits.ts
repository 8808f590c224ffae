import { ApexList, ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';

interface OrgLimitState {
  readonly name: string;
  readonly used: number;
  readonly maximum: number;
}

type OrgLimit = PlatformObject<OrgLimitState>;

function orgLimits(realm: Realm): OrgLimit[] {
  return [...realm.system.orgLimits()].map(
    ([name, { used, maximum }]) => new PlatformObject('OrgLimit', { name, used, maximum }),
  );
}

/** Only allowances that this org really counts are reported; the others are missing from the map. */
export const orgLimitsType = platformType({
  name: 'OrgLimits',
  members: {
    'static List<OrgLimit> getAll()': (realm: Realm) => new ApexList('OrgLimit', orgLimits(realm)),
    'static Map<String, OrgLimit> getMap()': (realm: Realm) =>
      new ApexMap(
        'String',
        'OrgLimit',
        orgLimits(realm).map((limit) => [limit.state.name, limit] as const),
      ),
  },
});

export const orgLimitType = platformType({
  name: 'OrgLimit',
  members: {
    'String getName()': (_realm: Realm, self: OrgLimit) => self.state.name,
    'Integer getValue()': (_realm: Realm, self: OrgLimit) => self.state.used,
    'Integer getLimit()': (_realm: Realm, self: OrgLimit) => self.state.maximum,
    'String toString()': (_realm: Realm, self: OrgLimit) =>
      `OrgLimit[${self.state.name}: ${self.state.used} of ${self.state.maximum}]`,
  },
});
