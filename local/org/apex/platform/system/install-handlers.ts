import type { Realm } from '../../realm.ts';
import { type ApexObject, type ApexValue, PlatformObject, type Suspension } from '../../values.ts';
import { type PlatformMember, type PlatformType, platformType } from '../definition.ts';
import { given } from '../language/arguments.ts';
import { waited } from './waited.ts';

type Context = PlatformObject<{
  readonly previousVersion: ApexValue;
  readonly isPush: boolean;
}>;

const contextMembers = {
  'Id organizationId()': (realm: Realm) => realm.system.organizationId,
};

/** The scripts that packages run after they were installed and before they are removed. */
export const installTypes: readonly PlatformType[] = [
  platformType({
    name: 'InstallHandler',
    kind: 'interface',
    members: { 'void onInstall(InstallContext context)': null },
  }),
  platformType({
    name: 'InstallContext',
    kind: 'interface',
    members: {
      ...contextMembers,
      'Id installerId()': (realm: Realm) => realm.userId,
      'Boolean isPush()': (_realm: Realm, { state }: Context) => state.isPush,
      'Boolean isUpgrade()': (_realm: Realm, { state }: Context) => state.previousVersion !== null,
      'Version previousVersion()': (_realm: Realm, { state }: Context) => state.previousVersion,
    },
  }),
  platformType({
    name: 'UninstallHandler',
    kind: 'interface',
    members: { 'void onUninstall(UninstallContext context)': null },
  }),
  platformType({
    name: 'UninstallContext',
    kind: 'interface',
    members: { ...contextMembers, 'Id uninstallerId()': (realm: Realm) => realm.userId },
  }),
];

function* testInstall(
  realm: Realm,
  _self: null,
  handler: ApexObject | null,
  previousVersion: ApexValue,
  isPush: boolean | null = false,
): Generator<Suspension, ApexValue, unknown> {
  const state = { previousVersion, isPush: isPush === true };
  const context = new PlatformObject('InstallContext', state);
  yield* waited(realm.program.invoke(given(handler), 'onInstall', [context]));
  return null;
}

function* testUninstall(
  realm: Realm,
  _self: null,
  handler: ApexObject | null,
): Generator<Suspension, ApexValue, unknown> {
  const context = new PlatformObject('UninstallContext', {});
  yield* waited(realm.program.invoke(given(handler), 'onUninstall', [context]));
  return null;
}

/** `Test.testInstall` and `Test.testUninstall`: they run a script as an installation would. */
export const installTestMembers: Readonly<Record<string, PlatformMember>> = {
  'static void testInstall(InstallHandler handler, Version previousVersion)': {
    suspends: true,
    call: testInstall,
  },
  'static void testInstall(InstallHandler handler, Version previousVersion, Boolean isPush)': {
    suspends: true,
    call: testInstall,
  },
  'static void testUninstall(UninstallHandler handler)': { suspends: true, call: testUninstall },
};
