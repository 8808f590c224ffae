import type { AccessMode } from '../../realm.ts';
import { PlatformObject } from '../../values.ts';
import { platformType } from '../definition.ts';

/** `AccessLevel.USER_MODE` and `AccessLevel.SYSTEM_MODE`. */
class AccessLevel extends PlatformObject<{ readonly mode: AccessMode }> {
  constructor(mode: AccessMode) {
    super('AccessLevel', { mode });
  }
}

const USER_MODE = new AccessLevel('user');
const SYSTEM_MODE = new AccessLevel('system');

/** The access that one of a call's arguments asks for; undefined when none does. */
export function accessOf(args: readonly unknown[]): AccessMode | undefined {
  return args.find((arg) => arg instanceof AccessLevel)?.state.mode;
}

export const accessLevelType = platformType({
  name: 'AccessLevel',
  members: {
    'static get AccessLevel USER_MODE': () => USER_MODE,
    'static get AccessLevel SYSTEM_MODE': () => SYSTEM_MODE,
  },
});
