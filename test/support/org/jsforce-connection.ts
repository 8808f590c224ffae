import jsforce from 'jsforce';
import type { TestOrg } from './test-org.ts';

/** jsforce as its documentation shows it, with the admin's session; a metadata deploy is asked after at once. */
export function jsforceConnection({ url, accessToken }: TestOrg): jsforce.Connection {
  const connection = new jsforce.Connection({ instanceUrl: url, accessToken, version: '66.0' });
  connection.metadata.pollInterval = 20;
  return connection;
}
