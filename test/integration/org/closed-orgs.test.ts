import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { compileApex } from '../../../local/org/apex/compile-apex.ts';
import { compileOnce } from '../../../local/org/apex/compile-once.ts';
import { ApexRealm } from '../../../local/org/apex/engine/apex-realm.ts';
import type { TransactionReport } from '../../../local/org/apex/engine/transaction-report.ts';
import { readAll, utf8 } from '../../../local/org/api/http.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { Database } from '../../../local/org/store/database.ts';
import { createVirtualScheduler } from '../../../local/virtual-scheduler.ts';
import { ADMIN_USERNAME, ORG_ID } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';

const compile = compileOnce(compileApex);

/** Describes, starts a job with a finalizer, and fills the caches that orgs of one process share. */
const SOURCES = [
  {
    path: 'classes/Work.cls',
    text: `public class Work implements Queueable, Finalizer {
      private static Map<String, Schema.SObjectType> objects = Schema.getGlobalDescribe();
      public void execute(QueueableContext context) {
        System.attachFinalizer(new Work());
        Contact.SObjectType.getDescribe().fields.getMap();
      }
      public void execute(FinalizerContext context) {
        System.debug(objects.size());
      }
    }`,
  },
  {
    path: 'triggers/ContactTrigger.trigger',
    text: `trigger ContactTrigger on Contact (after insert) {
      Schema.getGlobalDescribe();
      System.enqueueJob(new Work());
    }`,
  },
];

async function ask(org: Org, method: string, path: string, body?: object): Promise<string> {
  const { status, body: answer } = await org.handle({
    method,
    path: DATA + path,
    headers: {
      authorization: `Bearer ${org.issueToken(ADMIN_USERNAME)}`,
      'content-type': 'application/json',
    },
    body: body === undefined ? new Uint8Array() : utf8(JSON.stringify(body)),
  });
  const text = Buffer.from(await readAll(answer)).toString();
  expect(status, text).toBeLessThan(300);
  return text;
}

/** An org in use by every API that opens something of its own, and closed. */
async function openAndClose(seed: string, reports: TransactionReport[]): Promise<void> {
  const scheduler = createVirtualScheduler({ startMs: Date.UTC(2026, 10, 22), seed });
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: 'http://org.example',
    sourceFiles: SOURCES,
    compile,
    seed,
    scheduler,
    sender: { send: () => Promise.reject(new Error('Connection refused')) },
    adminToken: 'admin',
    onTransaction: (report) => void reports.push(report),
    onError: (error) => {
      throw error;
    },
  });
  await ask(org, 'POST', '/sobjects/Contact', { LastName: 'Lovelace' });
  await ask(org, 'GET', '/tooling/query?q=SELECT+Id+FROM+RemoteProxy');
  await ask(org, 'GET', '/query?q=SELECT+Id,(SELECT+Id+FROM+Contacts)+FROM+Account');
  await ask(org, 'POST', '/jobs/query', { operation: 'query', query: 'SELECT Id FROM Contact' });
  await scheduler.runUntilIdle(100);
  org.close();
}

test('nothing keeps an org that was closed, not even a report of its transactions', async () => {
  const reports: TransactionReport[] = [];
  for (const seed of ['one', 'two', 'three']) await openAndClose(seed, reports);

  expect(reports.filter(({ job }) => job?.kind === 'finalizer')).toHaveLength(3);
  // Counted after a full garbage collection.
  expect({ databases: queryObjects(Database), realms: queryObjects(ApexRealm) }).toEqual({
    databases: 0,
    realms: 0,
  });
});
