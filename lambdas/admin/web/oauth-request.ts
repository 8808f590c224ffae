/** What sends the browser to Salesforce: by a set-up code for an org that is new here, by the session for one that is not. */
export interface SignInRequest {
  readonly loginUrl: string;
  /** Consumer key of the External Client App. */
  readonly clientId: string;
}

export const PRODUCTION = 'https://login.salesforce.com';
export const SANDBOX = 'https://test.salesforce.com';
