import { type Connection, type Org, SfError } from '@salesforce/core';

/** What commands ask an org, by the user that `sf` is signed in as. */

export interface OrgFacts {
  readonly name: string;
  readonly edition: string;
  readonly isSandbox: boolean;
  readonly userId: string;
  readonly username: string;
  readonly email: string;
}

/** @throws SfError when the org cannot be asked */
export async function readOrgFacts(org: Org): Promise<OrgFacts> {
  const connection = org.getConnection();
  const username = connection.getUsername() ?? '';
  const [about] = await query(
    connection,
    'SELECT Name, OrganizationType, IsSandbox FROM Organization',
  );
  const [user] = await query(
    connection,
    `SELECT Id, Email FROM User WHERE Username = '${quoted(username)}'`,
  );
  return {
    name: textOf(about, 'Name'),
    edition: textOf(about, 'OrganizationType'),
    isSandbox: about?.['IsSandbox'] === true,
    userId: textOf(user, 'Id'),
    username,
    email: textOf(user, 'Email'),
  };
}

export type Row = Readonly<Record<string, unknown>>;

/** All rows of a small query. */
export async function query(connection: Connection, soql: string): Promise<readonly Row[]> {
  return rowsOf(await connection.query<Row>(soql, { autoFetch: true }), soql);
}

/** All rows of a small query of the Tooling API. */
export async function toolingQuery(connection: Connection, soql: string): Promise<readonly Row[]> {
  return rowsOf(await connection.tooling.query<Row>(soql, { autoFetch: true }), soql);
}

function rowsOf(answer: { done: boolean; records: Row[] }, soql: string): readonly Row[] {
  if (answer.done) return answer.records;
  throw new SfError(`The org answered ${soql} in part only.`, 'IncompleteAnswer');
}

/** Whether the org shows the object to the user. */
export async function hasObject(connection: Connection, name: string): Promise<boolean> {
  const { sobjects } = await connection.describeGlobal();
  return sobjects.some((object) => object.name === name);
}

/** For a text in quotes of SOQL. */
export function quoted(text: string): string {
  return text.replace(/[\\']/g, '\\$&');
}

export function textOf(row: Row | undefined, name: string): string {
  const value = row?.[name];
  return typeof value === 'string' ? value : '';
}
