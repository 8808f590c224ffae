import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

/** A small app: a trigger notices shipments, an event carries them, a job posts them to a warehouse. */
const SOURCE: Readonly<Record<string, string>> = {
  'objects/Shipment__c/Shipment__c.object-meta.xml': `<CustomObject ${META}><label>Shipment</label>
    <pluralLabel>Shipments</pluralLabel><nameField><label>Number</label><type>Text</type></nameField>
    <deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel></CustomObject>`,
  'objects/Shipped__e/Shipped__e.object-meta.xml': `<CustomObject ${META}><label>Shipped</label>
    <pluralLabel>Shipped</pluralLabel><deploymentStatus>Deployed</deploymentStatus>
    <eventType>HighVolume</eventType><publishBehavior>PublishAfterCommit</publishBehavior></CustomObject>`,
  'objects/Shipped__e/fields/Number__c.field-meta.xml': `<CustomField ${META}>
    <fullName>Number__c</fullName><label>Number</label><type>Text</type><length>80</length></CustomField>`,
  'remoteSiteSettings/Warehouse.remoteSite-meta.xml': `<RemoteSiteSetting ${META}>
    <disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive>
    <url>https://warehouse.example</url></RemoteSiteSetting>`,
  'triggers/ShipmentTrigger.trigger': `trigger ShipmentTrigger on Shipment__c (after insert) {
    List<Shipped__e> events = new List<Shipped__e>();
    for (Shipment__c shipment : Trigger.new) events.add(new Shipped__e(Number__c = shipment.Name));
    EventBus.publish(events);
  }`,
  'triggers/ShippedTrigger.trigger': `trigger ShippedTrigger on Shipped__e (after insert) {
    List<String> numbers = new List<String>();
    for (Shipped__e event : Trigger.new) numbers.add(event.Number__c);
    System.enqueueJob(new WarehouseCall(numbers));
  }`,
  'classes/WarehouseCall.cls': `public class WarehouseCall implements Queueable, Database.AllowsCallouts {
    private List<String> numbers;
    public WarehouseCall(List<String> numbers) { this.numbers = numbers; }
    public void execute(QueueableContext context) {
      HttpRequest request = new HttpRequest();
      request.setEndpoint('https://warehouse.example/shipments');
      request.setMethod('POST');
      request.setBody(JSON.serialize(numbers));
      HttpResponse response = new Http().send(request);
      if (response.getStatusCode() != 202) {
        insert new Shipment__c(Name = 'refused ' + response.getStatusCode());
      }
    }
  }`,
};

let folder: string;
let warehouse: Server;
let received: string[] = [];
let org: TestOrg;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'org-app-'));
  for (const [path, text] of Object.entries(SOURCE)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  warehouse = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      received.push(body);
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => warehouse.listen(0, '127.0.0.1', resolve));
  const { port } = warehouse.address() as AddressInfo;
  org = await startTestOrg({
    sources: [folder],
    calloutMap: new Map([['https://warehouse.example', `http://127.0.0.1:${port}`]]),
  });
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await org.close();
  warehouse.close();
  await rm(folder, { recursive: true });
  expect(org.errors).toEqual([]);
});

async function ship(number: string): Promise<void> {
  const response = await org.fetch('POST', `${DATA}/sobjects/Shipment__c`, { Name: number });
  expect(response.status).toBe(201);
}

async function idle(): Promise<void> {
  expect(await (await org.control('GET', 'idle')).json()).toEqual({ idle: true });
  expect(await (await org.control('GET', 'async')).json()).toEqual({
    bulkJobs: 0,
    events: 0,
    jobs: 0,
    callouts: 0,
  });
}

async function count(where: string): Promise<number> {
  const soql = encodeURIComponent(`SELECT COUNT() FROM Shipment__c WHERE ${where}`);
  const response = await org.fetch('GET', `${DATA}/query?q=${soql}`);
  return ((await response.json()) as { totalSize: number }).totalSize;
}

test('a record saved by REST reaches the warehouse through trigger, event and job', async () => {
  await ship('S-1');
  await idle();
  expect(received).toEqual(['["S-1"]']);
});

test('an event published by REST does, too', async () => {
  const response = await org.fetch('POST', `${DATA}/sobjects/Shipped__e`, { Number__c: 'E-1' });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ success: true });
  await idle();
  expect(received).toEqual(['["E-1"]']);
});

test('rows loaded by Bulk come in events of each chunk', async () => {
  const created = await org.fetch('POST', `${DATA}/jobs/ingest`, {
    object: 'Shipment__c',
    operation: 'insert',
  });
  const { id } = (await created.json()) as { id: string };
  const csv = `Name\n${Array.from({ length: 450 }, (_, index) => `B-${index}\n`).join('')}`;
  const headers = { 'content-type': 'text/csv' };
  await org.fetch('PUT', `${DATA}/jobs/ingest/${id}/batches`, csv, { headers });
  await org.fetch('PATCH', `${DATA}/jobs/ingest/${id}`, { state: 'UploadComplete' });
  await idle();
  const numbers = received.flatMap((body) => JSON.parse(body) as string[]);
  expect(new Set(numbers).size).toBe(450);
  expect(numbers).toHaveLength(450);
});

test('a composite that is rolled back publishes nothing', async () => {
  const part = (referenceId: string, body: object) => ({
    method: 'POST',
    url: `${DATA}/sobjects/Shipment__c`,
    referenceId,
    body,
  });
  await org.fetch('POST', `${DATA}/composite`, {
    allOrNone: true,
    compositeRequest: [part('a', { Name: 'C-1' }), part('b', { Nope__c: 1 })],
  });
  await idle();
  expect(received).toEqual([]);
  expect(await count("Name = 'C-1'")).toBe(0);
});

test('callout faults: answered by something in between, swallowed', async () => {
  org.org.faults.arm({ kind: 'callout-status', status: 503, times: 1, path: '/shipments' });
  await ship('S-2');
  await idle();
  expect(await count("Name = 'refused 503'")).toBe(1);
  // The row about the refusal is a shipment as well and was posted.
  expect(received).toEqual(['["refused 503"]']);

  received = [];
  org.org.faults.arm({ kind: 'callout-swallowed', times: 1 });
  await ship('S-3');
  await idle();
  expect(received).toEqual([]);
  expect(await count("Name LIKE 'refused%'")).toBe(1);
});

test('a callout that is refused fails its job', async () => {
  org.org.faults.arm({ kind: 'callout-refused', times: 1 });
  await ship('S-4');
  await idle();
  expect(received).toEqual([]);
  const soql = encodeURIComponent(
    "SELECT Status, ExtendedStatus FROM AsyncApexJob WHERE Status = 'Failed'",
  );
  const jobs = await org.fetch('GET', `${DATA}/query?q=${soql}`);
  expect(await jobs.json()).toMatchObject({
    totalSize: 1,
    records: [{ ExtendedStatus: expect.stringContaining('Connection refused') }],
  });
});

test('executions and events are counted in the limits', async () => {
  const body = (await (await org.fetch('GET', `${DATA}/limits`)).json()) as Record<
    string,
    { Max: number; Remaining: number }
  >;
  const used = (name: string): number => (body[name]?.Max ?? 0) - (body[name]?.Remaining ?? 0);
  expect(used('DailyAsyncApexExecutions')).toBeGreaterThan(4);
  expect(used('HourlyPublishedPlatformEvents')).toBeGreaterThan(450);
});
