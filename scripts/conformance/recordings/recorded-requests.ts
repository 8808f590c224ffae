import type { PreparedOrg } from './prepare-org.ts';
import type { RecordedRequest } from './recorded-answer.ts';
import { WHIZBANG } from './whizbang-source.ts';

/** What was asked where only the answer's body was published. */
export interface KnownRequest {
  /** The status such a body comes with. */
  readonly status: number;
  readonly request: (org: PreparedOrg) => RecordedRequest;
  /**
   * Recorded at an API version that no org answers any more, and reprinted by its publisher: newer keys may have come
   * since, and the order of keys is nobody's word.
   */
  readonly retired?: true;
}

const retired = true;
const DATA = '/services/data/v66.0';
const ROWS = `${DATA}/sobjects/${WHIZBANG}`;

function get(path: string): () => RecordedRequest {
  return () => ({ method: 'GET', path });
}

function query(soql: string): () => RecordedRequest {
  return get(`${DATA}/query?${new URLSearchParams({ q: soql })}`);
}

function token(form: (org: PreparedOrg) => Record<string, string>) {
  return (org: PreparedOrg): RecordedRequest => ({
    method: 'POST',
    path: '/services/oauth2/token',
    body: String(new URLSearchParams(form(org))),
  });
}

const refresh = token(({ clientId, refreshToken }) => ({
  grant_type: 'refresh_token',
  client_id: clientId,
  refresh_token: refreshToken,
}));

/** Around now, as long as such calls may ask back. */
function lastDays(days: number): string {
  const now = Date.now();
  const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
  const [start, end] = [iso(now - days * 86_400_000), iso(now + 120_000)];
  return String(new URLSearchParams({ start, end }));
}

const allFields =
  'Checkbox_Label__c, Text_Label__c, Date_Label__c, DateTime_Label__c, Picklist_Multiselect_Label__c, ' +
  'ParentWhizbang__r.Name, ParentWhizbang__r.Text_Label__c, (SELECT Name FROM Whizbangs__r)';
/** By file, folder included. */
export const KNOWN_REQUESTS: ReadonlyMap<string, KnownRequest> = new Map<string, KnownRequest>([
  [
    'airbyte/bulk2-query-job-info.json',
    {
      status: 200,
      request: () => ({
        method: 'POST',
        path: '/services/data/v57.0/jobs/query',
        body: { operation: 'queryAll', query: 'SELECT Id FROM Account' },
      }),
    },
  ],
  [
    'elasticio-apache2/describe-sobject.Account.v46.json',
    { status: 200, request: get('/services/data/v46.0/sobjects/Account/describe') },
  ],
  [
    'elasticio-apache2/describe-sobject.Contact.json',
    // Its keys are those of a version before 31.
    { status: 200, request: get('/services/data/v31.0/sobjects/Contact/describe'), retired },
  ],
  [
    'nango-elv2/describe-sobject.Task.v60.json',
    { status: 200, request: get('/services/data/v60.0/sobjects/Task/describe') },
  ],
  ...restforce({
    auth_error_response: {
      status: 400,
      request: token(({ clientId }) => ({
        grant_type: 'password',
        client_id: clientId,
        username: 'alex@practice.example',
        password: 'wrong',
      })),
    },
    auth_success_response: { status: 200, request: refresh, retired },
    reauth_success_response: { status: 200, request: refresh, retired },
    refresh_success_response: { status: 200, request: refresh, retired },
    refresh_error_response: {
      status: 400,
      request: token(({ clientId }) => ({
        grant_type: 'refresh_token',
        client_id: clientId,
        refresh_token: 'no such token',
      })),
    },
    create_success_response: {
      status: 201,
      request: () => ({ method: 'POST', path: ROWS, body: { Name: 'Made' } }),
      retired,
    },
    delete_error_response: {
      status: 404,
      request: () => ({ method: 'DELETE', path: `${ROWS}/rid/1` }),
    },
    expired_session_response: {
      status: 401,
      request: () => ({
        method: 'GET',
        path: `${DATA}/limits`,
        headers: { authorization: 'Bearer 00D000000000000!expired' },
      }),
    },
    get_deleted_success_response: { status: 200, request: get(`${ROWS}/deleted/?${lastDays(1)}`) },
    get_updated_success_response: { status: 200, request: get(`${ROWS}/updated/?${lastDays(1)}`) },
    list_view_results_success_response: {
      status: 200,
      request: ({ myAccounts }) => ({ method: 'GET', path: myAccounts }),
      retired,
    },
    search_success_response: {
      status: 200,
      // Newer versions wrap the list.
      request: get(
        `/services/data/v31.0/search?${new URLSearchParams({ q: `FIND {Parent} RETURNING ${WHIZBANG}` })}`,
      ),
    },
    search_error_response: {
      status: 400,
      request: get(`${DATA}/search?${new URLSearchParams({ q: 'FIND Parent' })}`),
    },
    query_aggregate_success_response: {
      status: 200,
      request: query('SELECT CampaignId, SUM(Amount) FROM Opportunity GROUP BY CampaignId'),
    },
    query_error_response: { status: 400, request: query('SELECT Nothing FROM Account') },
    query_paginated_first_page_response: {
      status: 200,
      request: () => ({
        ...query(`SELECT Text_Label__c FROM ${WHIZBANG}`)(),
        headers: { 'sforce-query-options': 'batchSize=200' },
      }),
    },
    query_paginated_last_page_response: {
      status: 200,
      request: query(`SELECT Text_Label__c FROM ${WHIZBANG}`),
    },
    query_success_response: {
      status: 200,
      request: ({ whizbangId }) =>
        query(`SELECT ${allFields} FROM ${WHIZBANG} WHERE Id = '${whizbangId}'`)(),
      retired,
    },
    recent_success_response: { status: 200, request: get(`${DATA}/recent`) },
    services_data_success_response: { status: 200, request: get('/services/data'), retired },
    sobject_describe_error_response: {
      status: 404,
      request: get(`${DATA}/sobjects/Nothing/describe`),
    },
    sobject_describe_success_response: {
      status: 200,
      request: get(`${ROWS}/describe`),
      retired,
    },
    sobject_find_error_response: { status: 404, request: get(`${ROWS}/23foo/1`) },
    sobject_find_success_response: {
      status: 200,
      request: ({ whizbangId }) => ({ method: 'GET', path: `${ROWS}/${whizbangId}` }),
      retired,
    },
    upsert_created_success_response: {
      status: 201,
      request: () => ({
        method: 'PATCH',
        path: `${ROWS}/External__c/made`,
        body: { Name: 'Made' },
      }),
      retired,
    },
    upsert_error_response: {
      status: 404,
      request: () => ({ method: 'PATCH', path: `${ROWS}/Namez/1`, body: { Name: 'Made' } }),
    },
    upsert_multiple_error_response: {
      status: 300,
      request: () => ({
        method: 'PATCH',
        path: `${ROWS}/External__c/twin`,
        body: { Name: 'Twin' },
      }),
    },
    write_error_response: {
      status: 400,
      request: () => ({ method: 'POST', path: ROWS, body: { Name: 'Made', foo: 1 } }),
    },
  }),
]);

function restforce(requests: Readonly<Record<string, KnownRequest>>): [string, KnownRequest][] {
  return Object.entries(requests).map(([name, request]) => [`restforce-mit/${name}.json`, request]);
}
