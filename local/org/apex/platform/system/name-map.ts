import { ApexMap } from '../../collections.ts';
import type { ApexValue } from '../../values.ts';

/** Keys are lower-case, as the platform lists them, and found in any case. */
export class NameMap extends ApexMap {
  override has(key: ApexValue): boolean {
    return super.has(folded(key));
  }

  override put(key: ApexValue, value: ApexValue): ApexValue {
    return super.put(folded(key), value);
  }

  override remove(key: ApexValue): ApexValue {
    return super.remove(folded(key));
  }

  override get(key: ApexValue): ApexValue {
    return super.get(folded(key));
  }
}

function folded(key: ApexValue): ApexValue {
  return typeof key === 'string' ? key.toLowerCase() : key;
}
