import type { ApexDecimal } from '../../numbers.ts';
import { ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { given } from '../language/arguments.ts';
import { withProperties } from './properties.ts';

type Location = PlatformObject<{ readonly latitude: number; readonly longitude: number }>;

/** A place on Earth, in degrees. Distances, whose formula is the platform's own, are absent. */
export const locationType = platformType({
  name: 'Location',
  members: withProperties({
    'static Location newInstance(Decimal latitude, Decimal longitude)': (
      _realm: Realm,
      _self: null,
      latitude: ApexDecimal | null,
      longitude: ApexDecimal | null,
    ) =>
      new PlatformObject('Location', {
        latitude: given(latitude).toNumber(),
        longitude: given(longitude).toNumber(),
      }),
    'Double getLatitude()': (_realm: Realm, { state }: Location) => new ApexDouble(state.latitude),
    'Double getLongitude()': (_realm: Realm, { state }: Location) =>
      new ApexDouble(state.longitude),
  }),
});
