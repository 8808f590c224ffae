import type { World } from '../conformance-case.ts';
import type { RecordingFile } from './recorded-answer.ts';
import { WHIZBANG } from './whizbang-source.ts';

/** What the requests need to name of the prepared org. */
export interface PreparedOrg {
  readonly clientId: string;
  readonly refreshToken: string;
  /** A record with a value in every field, a parent and a child. */
  readonly whizbangId: string;
  /** Path of what the list view "My Accounts" shows. */
  readonly myAccounts: string;
}

const DATA = '/services/data/v66.0';
const MOST_ROWS = 200;

/** Puts records into the org so that it can answer what was recorded. */
export async function prepareOrg(
  { org, connectedApp }: World,
  files: readonly RecordingFile[],
): Promise<PreparedOrg> {
  const create = (object: string, rows: readonly object[]) => createAll(org, object, rows);
  await create('Account', accountsOf(files));
  const [parent] = await create(WHIZBANG, [{ Name: 'Parent', Text_Label__c: 'parent text' }]);
  const [whizbangId = ''] = await create(WHIZBANG, [{ ...FULL, ParentWhizbang__c: parent }]);
  await create(WHIZBANG, [{ Name: 'Child', ParentWhizbang__c: whizbangId }]);
  await create(
    WHIZBANG,
    filled(MOST_ROWS + 1, (index) => ({ Name: `Page ${index}` })),
  );
  await create(WHIZBANG, [
    { Name: 'Twin', External__c: 'twin' },
    { Name: 'Twin', External__c: 'twin' },
  ]);
  const [gone] = await create(WHIZBANG, [{ Name: 'Gone' }]);
  await mustSucceed(org.fetch(`${DATA}/sobjects/${WHIZBANG}/${gone}`, { method: 'DELETE' }));
  const [campaign] = await create('Campaign', [{ Name: 'Fair' }]);
  const deal = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2030-01-01', Amount: 300 };
  await create('Opportunity', [deal, { ...deal, CampaignId: campaign }]);
  // Only what somebody looked at is recent.
  await mustSucceed(org.fetch(`${DATA}/sobjects/${WHIZBANG}/${whizbangId}`));
  const refreshToken = await agree(org, connectedApp.clientId);
  const myAccounts = await resultsOf(org, 'MyAccounts');
  return { clientId: connectedApp.clientId, refreshToken, whizbangId, myAccounts };
}

const FULL = {
  Name: 'Full',
  Checkbox_Label__c: true,
  Currency_Label__c: 12.5,
  Date_Label__c: '2030-02-03',
  DateTime_Label__c: '2030-02-03T04:05:06.000+0000',
  Email_Label__c: 'full@whizbang.example',
  Number_Label__c: 7,
  Percent_Label__c: 8,
  Phone_Label__c: '555 0100',
  Picklist_Label__c: 'one',
  Picklist_Multiselect_Label__c: 'four;six',
  Text_Label__c: 'text',
  TextArea_Label__c: 'text',
  TextAreaLong_Label__c: 'long text',
  TextAreaRich_Label__c: '<b>rich</b>',
  URL_Label__c: 'https://whizbang.example',
};

/** As many accounts as the longest recorded list counts: the recorded ones first, with the values they have. */
function accountsOf(files: readonly RecordingFile[]): object[] {
  const answers = files.flatMap((file) => (file.kind === 'exchanges' ? file.answers : []));
  const lists = answers
    .filter(({ request }) => /FROM\+Account|FROM%20Account/.test(request.path))
    .map(({ body }) => body as { totalSize: number; records: Record<string, unknown>[] });
  const shown = lists.flatMap(({ records }) => records).map(creatable);
  const total = Math.max(0, ...lists.map(({ totalSize }) => totalSize));
  return [...shown, ...filled(total - shown.length, (index) => ({ Name: `Account ${index}` }))];
}

function creatable(record: Readonly<Record<string, unknown>>): object {
  const systemFields = ['attributes', 'Id', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp'];
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !systemFields.includes(name)),
  );
}

function filled<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => make(index));
}

async function createAll(
  org: World['org'],
  object: string,
  rows: readonly object[],
): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    const records = rows.slice(from, from + MOST_ROWS);
    const answer = await mustSucceed(
      org.fetch(`${DATA}/composite/sobjects`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          allOrNone: true,
          records: records.map((row) => ({ attributes: { type: object }, ...row })),
        }),
      }),
    );
    const results = (await answer.json()) as { id?: string; success: boolean; errors: unknown }[];
    const failed = results.find(({ success }) => !success);
    if (failed !== undefined) throw new Error(`${object}: ${JSON.stringify(failed.errors)}`);
    ids.push(...results.map(({ id = '' }) => id));
  }
  return ids;
}

async function resultsOf(org: World['org'], developerName: string): Promise<string> {
  const answer = await mustSucceed(org.fetch(`${DATA}/sobjects/Account/listviews`));
  const { listviews } = (await answer.json()) as {
    listviews: { developerName: string; resultsUrl: string }[];
  };
  const view = listviews.find((one) => one.developerName === developerName);
  if (view === undefined) throw new Error(`The org has no list view ${developerName}.`);
  return view.resultsUrl;
}

async function mustSucceed(call: Promise<Response>): Promise<Response> {
  const answer = await call;
  if (answer.ok) return answer;
  throw new Error(`the org cannot be prepared: ${answer.status} ${await answer.text()}`);
}

/** The web server flow up to a refresh token. */
async function agree({ url, username }: World['org'], clientId: string): Promise<string> {
  const redirectUri = 'http://localhost:1717/OauthRedirect';
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
  });
  const agreed = await fetch(`${url}/services/oauth2/authorize?${query}`, {
    method: 'POST',
    body: new URLSearchParams({ username }),
    redirect: 'manual',
  });
  const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const answer = await mustSucceed(
    fetch(`${url}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code,
      }),
    }),
  );
  return ((await answer.json()) as { refresh_token: string }).refresh_token;
}
