import type { Realm } from '../../realm.ts';
import { isTimeZone, offsetMs, zoneName } from '../../runtime/time-zones.ts';
import type { ApexDatetime } from '../../temporal.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';
import { given, type Text } from './arguments.ts';

type Zone = PlatformObject<{ readonly id: string }>;

/** An unknown name gives GMT, as Java's time zones do. @param id IANA name */
export function timeZoneObject(id: string): Zone {
  return new PlatformObject('TimeZone', { id: isTimeZone(id) ? id : 'GMT' });
}

/** `(GMT-08:00) Pacific Standard Time (America/Los_Angeles)`, as of now. */
function displayName(realm: Realm, { state: { id } }: Zone): string {
  const minutes = Math.round(offsetMs(realm.now(), id) / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `(GMT${offset}) ${zoneName(realm.now(), id, 'long')} (${id})`;
}

export const timeZoneType = platformType({
  name: 'TimeZone',
  members: {
    'static TimeZone getTimeZone(String id)': (_realm: Realm, _self: null, id: Text) =>
      timeZoneObject(given(id)),
    'String getID()': (_realm: Realm, self: Zone) => self.state.id,
    'String getDisplayName()': displayName,
    /** Milliseconds to add to GMT. */
    'Integer getOffset(Datetime instant)': (
      _realm: Realm,
      self: Zone,
      instant: ApexDatetime | null,
    ) => offsetMs(given(instant).epochMs, self.state.id),
    'String toString()': (_realm: Realm, self: Zone) => self.state.id,
  },
});
