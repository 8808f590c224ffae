import type { FieldValues } from '../../schema/schema.ts';
import { type ApiCall, param, userOf } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import type { ApiOrg } from '../api-org.ts';
import { type ApiResult, json } from '../http.ts';
import { textOf } from './users.ts';

/** What `id` and `sub` show: the identity URL on the login host, as every org answers it. */
const LOGIN_HOST = 'https://login.salesforce.com';

/** `GET /services/oauth2/userinfo`. */
export function getUserInfo(call: ApiCall): ApiResult {
  const { org } = call;
  const user = requireUser(org, userOf(call));
  return json(200, {
    sub: identityUrl(org, textOf(user['Id'])),
    user_id: user['Id'],
    organization_id: org.orgId,
    preferred_username: user['Username'],
    nickname: nickname(user),
    name: user['Name'],
    email: user['Email'],
    email_verified: true,
    given_name: user['FirstName'] ?? null,
    family_name: user['LastName'],
    zoneinfo: user['TimeZoneSidKey'],
    photos: photos(org),
    profile: `${org.instanceUrl}/${textOf(user['Id'])}`,
    picture: photos(org).picture,
    address: {},
    is_salesforce_integration_user: false,
    urls: urls(org, textOf(user['Id']), '{version}'),
    active: user['IsActive'],
    user_type: 'STANDARD',
    language: user['LanguageLocaleKey'],
    locale: user['LocaleSidKey'],
    utcOffset: 0,
    updated_at: isoSeconds(textOf(user['LastModifiedDate'])),
  });
}

/** `GET /id/{orgId}/{userId}`; `?version=latest` fills the version into the URLs. */
export function getIdentity(call: ApiCall): ApiResult {
  const { org } = call;
  const user = requireUser(org, param(call, 'userId'));
  const version = call.query.get('version') === 'latest' ? '66.0' : '{version}';
  return json(200, {
    id: identityUrl(org, textOf(user['Id'])),
    asserted_user: user['Id'] === userOf(call),
    user_id: user['Id'],
    organization_id: org.orgId,
    username: user['Username'],
    nick_name: nickname(user),
    display_name: user['Name'],
    email: user['Email'],
    email_verified: true,
    first_name: user['FirstName'] ?? null,
    last_name: user['LastName'],
    timezone: user['TimeZoneSidKey'],
    photos: photos(org),
    addr_street: null,
    addr_city: null,
    addr_state: null,
    addr_country: null,
    addr_zip: null,
    mobile_phone: null,
    mobile_phone_verified: false,
    status: { created_date: null, body: null },
    urls: urls(org, textOf(user['Id']), version),
    active: user['IsActive'],
    user_type: 'STANDARD',
    language: user['LanguageLocaleKey'],
    locale: user['LocaleSidKey'],
    utcOffset: 0,
    last_modified_date: isoSeconds(textOf(user['LastModifiedDate'])),
    is_app_installed: true,
  });
}

function requireUser(org: ApiOrg, userId: string): FieldValues {
  const user = org.store.read('User', userId);
  if (user === undefined) throw notFound();
  return user;
}

function identityUrl(org: ApiOrg, userId: string): string {
  return `${LOGIN_HOST}/id/${org.orgId}/${userId}`;
}

function nickname(user: FieldValues): string {
  return textOf(user['CommunityNickname'] ?? user['Alias']);
}

function photos(org: ApiOrg): { picture: string; thumbnail: string } {
  const base = `${org.instanceUrl}/profilephoto/005`;
  return { picture: `${base}/F`, thumbnail: `${base}/T` };
}

function isoSeconds(datetime: string): string {
  return datetime.replace(/\.\d{3}Z$/, 'Z');
}

/** The SOAP entries end in the 15-character org id. */
function urls(org: ApiOrg, userId: string, version: string): Readonly<Record<string, string>> {
  const orgId15 = org.orgId.slice(0, 15);
  const soap = `${org.instanceUrl}/services/Soap`;
  const rest = `${org.instanceUrl}/services/data/v${version}`;
  return {
    enterprise: `${soap}/c/${version}/${orgId15}`,
    metadata: `${soap}/m/${version}/${orgId15}`,
    partner: `${soap}/u/${version}/${orgId15}`,
    rest: `${rest}/`,
    sobjects: `${rest}/sobjects/`,
    search: `${rest}/search/`,
    query: `${rest}/query/`,
    recent: `${rest}/recent/`,
    tooling_soap: `${soap}/T/${version}/${orgId15}`,
    tooling_rest: `${rest}/tooling/`,
    profile: `${org.instanceUrl}/${userId}`,
    feeds: `${rest}/chatter/feeds`,
    groups: `${rest}/chatter/groups`,
    users: `${rest}/chatter/users`,
    feed_items: `${rest}/chatter/feed-items`,
    feed_elements: `${rest}/chatter/feed-elements`,
    custom_domain: org.instanceUrl,
  };
}
