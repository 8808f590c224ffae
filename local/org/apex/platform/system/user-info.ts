import type { FieldValue } from '../../../schema/schema.ts';
import type { Realm } from '../../realm.ts';
import { platformType } from '../definition.ts';
import { timeZoneObject } from '../language/time-zone-type.ts';

function ofUser(field: string): (realm: Realm) => FieldValue {
  return (realm) => realm.system.readRecord('User', realm.userId)?.[field] ?? null;
}

/** The running user and the organization. What the stored rows do not hold is null, as for a user without it. */
export const userInfoType = platformType({
  name: 'UserInfo',
  members: {
    'static String getUserId()': (realm: Realm) => realm.userId,
    'static String getProfileId()': ofUser('ProfileId'),
    'static String getUserRoleId()': ofUser('UserRoleId'),
    'static String getUserName()': ofUser('Username'),
    'static String getUserEmail()': ofUser('Email'),
    'static String getName()': ofUser('Name'),
    'static String getFirstName()': ofUser('FirstName'),
    'static String getLastName()': ofUser('LastName'),
    'static String getLanguage()': ofUser('LanguageLocaleKey'),
    'static String getLocale()': ofUser('LocaleSidKey'),
    'static String getUserType()': ofUser('UserType'),
    'static String getOrganizationId()': (realm: Realm) => realm.system.organizationId,
    'static String getOrganizationName()': (realm: Realm) =>
      realm.system.readRecord('Organization', realm.system.organizationId)?.['Name'] ?? null,
    'static TimeZone getTimeZone()': (realm: Realm) => timeZoneObject(realm.timeZone),
    'static String getUiTheme()': () => 'Theme4d',
    'static String getUiThemeDisplayed()': () => 'Theme4d',
    'static String getDefaultCurrency()': () => 'USD',
    'static Boolean isMultiCurrencyOrganization()': () => false,
  },
});
