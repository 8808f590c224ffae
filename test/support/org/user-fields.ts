interface NewUser {
  /** Also the e-mail address. */
  readonly username: string;
  readonly alias: string;
  readonly profileId: unknown;
  readonly timeZone?: string;
}

/** What an org asks for of a new user. */
export function userFields({ username, alias, profileId, timeZone = 'GMT' }: NewUser) {
  return {
    Username: username,
    LastName: alias,
    Email: username,
    Alias: alias,
    ProfileId: profileId,
    TimeZoneSidKey: timeZone,
    LocaleSidKey: 'en_US',
    LanguageLocaleKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
  };
}
