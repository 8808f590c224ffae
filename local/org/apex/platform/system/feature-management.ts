import type { Realm } from '../../realm.ts';
import { platformType } from '../definition.ts';
import { given, type Text } from '../language/arguments.ts';

/** Custom permissions. Feature parameters, which belong to licensed packages, are absent. */
export const featureManagementType = platformType({
  name: 'FeatureManagement',
  members: {
    /** False for a permission that is not there. */
    'static Boolean checkPermission(String name)': (realm: Realm, _self: null, name: Text) =>
      realm.system.hasCustomPermission(given(name)),
  },
});
