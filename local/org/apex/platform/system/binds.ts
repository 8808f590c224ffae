import type { ApexMap } from '../../collections.ts';
import { ApexException, type ApexValue } from '../../values.ts';

/** The map of `queryWithBinds` and its siblings, by lower-case name. @throws QueryException */
export function bindsOf(map: ApexMap): ReadonlyMap<string, ApexValue> {
  const binds = new Map<string, ApexValue>();
  for (const [name, value] of map) {
    if (typeof name !== 'string') {
      throw new ApexException('QueryException', 'A bind variable has no name');
    }
    binds.set(name.toLowerCase(), value);
  }
  return binds;
}
