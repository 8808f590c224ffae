import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Child, killGroup, runScript } from './demo/child.ts';
import { readLocalFile } from './demo/local-file.ts';
import { OrgClient } from './demo/org-client.ts';
import { FeedFollower, ReceiverClient } from './demo/receiver-client.ts';
import { generatedLeads } from './demo/sample-crm.ts';
import { spoilOneValue } from './demo/spoil.ts';
import { median, Story, until } from './demo/story.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

/**
 * The main job, scripted, on the real clock except for the 30 quiet minutes: `npm run demo`. Drives the practice org
 * as a Salesforce user would and reads the receiver as any client would; the comparison at the end decides the exit
 * code. With `--cloud` the receiver is what would be deployed to AWS: the synthesized templates, on loopback.
 */
const { values: options } = parseArgs({
  options: {
    import: { type: 'string' },
    leads: { type: 'string' },
    spoil: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    cloud: { type: 'boolean', default: false },
  },
});
const QUIET_SECONDS = 31 * 60;
/** The stand-in for DynamoDB takes some hundred writes a second. */
const leads = Number(options.leads ?? (options.cloud ? 1_000 : 10_000));
const LOOK_UPS_AT_ONCE = 16;

await runMain(async () => {
  if (options.cloud && options.spoil) {
    throw new UserError('--spoil changes a value in the mirror of one machine: leave out --cloud.');
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'mixmax-rts-demo-'));
  const story = new Story(options.json);
  const children: Child[] = [];
  try {
    const machine = await start(story, dataDir, children);
    await loadLeads(story, machine);
    await audit(story, machine);
    await edit(story, machine);
    await useConditions(story, machine);
    await consume(story, machine, dataDir, children);
    await loseTheGateway(story, machine);
    await goQuiet(story, machine);
    await comeBack(story, machine);
    await machine.feed.stop();
    await compareAtTheEnd(story, machine, dataDir);
  } finally {
    for (const child of children) killGroup(child, 'SIGKILL');
    await Promise.all(children.map((child) => child.ended));
    rmSync(dataDir, { recursive: true, force: true });
  }
});

interface Machine {
  readonly localFile: string;
  readonly org: OrgClient;
  readonly receiver: ReceiverClient;
  readonly feed: FeedFollower;
}

function start(story: Story, dataDir: string, children: Child[]): Promise<Machine> {
  return story.step('start: practice org with the package, receiver, page', async (say) => {
    const args = ['--data', dataDir, ...(options.import ? ['--import', options.import] : [])];
    const [script, ...own] = options.cloud
      ? ['scripts/start-cloud.ts']
      : ['scripts/start.ts', '--no-activities'];
    const child = runScript(script, [...own, ...args], { PORT: '0', ORG_PORT: '0' });
    children.push(child);
    await child.line('ready');
    const localFile = join(dataDir, 'local.json');
    const local = readLocalFile(localFile);
    const receiver = new ReceiverClient(local);
    say(`practice org ${local.org}, receiver ${local.api}, org ${local.orgId}`);
    const status = await until('The initial audit', 60_000, async () => {
      const now = await receiver.status();
      return now.state === 'active' ? now : undefined;
    });
    const rows = status.objects.reduce((total, { rows: live }) => total + live, 0);
    say(`initial audit done: ${rows} records mirrored, state ${status.state}`);
    return {
      localFile,
      org: new OrgClient(local),
      receiver,
      feed: await FeedFollower.open(receiver),
    };
  });
}

function loadLeads(story: Story, { org, receiver }: Machine): Promise<void> {
  return story.step(`load ${leads} leads by Bulk ingest`, async (say) => {
    const { csv, emails } = generatedLeads(leads, Date.now().toString(36));
    const started = performance.now();
    const job = await org.ingest('Lead', csv);
    const jobEnded = performance.now();
    say(
      `Bulk job ${job.jobId}: ${job.processed} rows, ${job.failed} failed, ${seconds(jobEnded - started)}`,
    );
    const delays = await answerTimes(receiver, emails, jobEnded);
    say(
      `every lead answers by e-mail after the job’s end: median ${seconds(median(delays))}, worst ${seconds(Math.max(...delays))}`,
    );
  });
}

/** Asks for every address until it answers; ms from the job's end to the answer, each. */
async function answerTimes(
  receiver: ReceiverClient,
  emails: readonly string[],
  jobEnded: number,
): Promise<number[]> {
  const delays: number[] = [];
  const waiting = [...emails];
  const worker = async () => {
    for (let email = waiting.shift(); email !== undefined; email = waiting.shift()) {
      const found = await receiver.foundByEmail(email);
      if (found) delays.push(performance.now() - jobEnded);
      else waiting.push(email);
      if (performance.now() - jobEnded > 120_000)
        throw new Error(`${waiting.length} leads never came.`);
    }
  };
  await Promise.all(Array.from({ length: LOOK_UPS_AT_ONCE }, worker));
  return delays;
}

function audit(story: Story, { receiver }: Machine): Promise<void> {
  return story.step('audit the whole org by Bulk query', async (say) => {
    const id = await receiver.startAudit();
    const done = await until('The audit', 120_000, async () => {
      const now = await receiver.audit(id);
      if (now.state === 'failed') throw new Error('The audit failed.');
      return now.state === 'done' ? now : undefined;
    });
    say(`${done.rows} rows read and compared`);
  });
}

/**
 * One save and the feed event it must cause; prints how long it took and which way it came. Salesforce stamps whole
 * seconds, and two changes of a record within one take the long way (R1: a tie is settled 10 seconds later), so each
 * save waits for the next second first.
 */
async function change(
  machine: Machine,
  say: (line: string) => void,
  what: string,
  type: string,
  save: () => Promise<string>,
): Promise<string> {
  await sleep(1000);
  machine.feed.clear();
  const started = performance.now();
  const id = await save();
  const event = await machine.feed.wait((e) => e.recordId === id && e.type === type, 30_000);
  say(`${what.padEnd(44)} ${seconds(performance.now() - started).padStart(8)}  via ${event.via}`);
  return id;
}

function edit(story: Story, machine: Machine): Promise<void> {
  const { org } = machine;
  return story.step('edit, merge, delete, undelete', async (say) => {
    const contact = await change(machine, say, 'insert a contact', 'record.created', () =>
      org.create('Contact', { LastName: 'Lovelace', Email: 'ada@example.com' }),
    );
    await change(machine, say, 'change her title', 'record.updated', async () => {
      await org.update('Contact', contact, { Title: 'Analyst' });
      return contact;
    });
    await change(machine, say, 'insert a task for her', 'record.created', () =>
      org.create('Task', { Subject: 'Call', WhoId: contact }),
    );
    await change(machine, say, 'delete her', 'record.deleted', async () => {
      await org.remove('Contact', contact);
      return contact;
    });
    await change(machine, say, 'undelete her', 'record.refreshed', async () => {
      await org.undelete(contact);
      return contact;
    });
    const winner = await org.create('Account', { Name: 'Analytical Engines' });
    const loser = await org.create('Account', { Name: 'Analytical Engines Ltd' });
    const child = await change(
      machine,
      say,
      'insert a contact of a duplicate account',
      'record.created',
      () => org.create('Contact', { LastName: 'Babbage', AccountId: loser }),
    );
    await change(machine, say, 'merge the two accounts', 'record.merged', async () => {
      await org.merge('Account', winner, loser);
      return loser;
    });
    const moved = await machine.feed.wait(
      (event) => event.recordId === child && event.changed['AccountId']?.new === winner,
      30_000,
    );
    say(`its contact moved with it, via ${moved.via}`);
  });
}

function useConditions(story: Story, machine: Machine): Promise<void> {
  const { org, receiver } = machine;
  return story.step('Sync Conditions on: values travel in the notice', async (say) => {
    await receiver.setConditions({
      on: true,
      objects: {
        Contact: ['Title'],
        Lead: ['LeadSource', 'Company'],
        Account: ['Industry'],
        Opportunity: ['StageName'],
        Task: [],
        Event: [],
        User: [],
      },
    });
    await org.idle();
    await until('The backfill of the listed fields', 60_000, async () => {
      const { pass } = await receiver.status();
      return pass?.state === 'done' ? pass : undefined;
    });
    const contact = await change(machine, say, 'insert a contact', 'record.created', () =>
      org.create('Contact', { LastName: 'Hopper', Email: 'grace@example.com' }),
    );
    await change(machine, say, 'change a listed field', 'record.updated', async () => {
      await org.update('Contact', contact, { Title: 'Rear Admiral' });
      return contact;
    });
    await receiver.setConditions({ on: false });
    await org.idle();
    await until('The backfill of all fields', 60_000, async () => {
      const { pass } = await receiver.status();
      return pass?.state === 'done' ? pass : undefined;
    });
    say('conditions off again: every field is held again');
  });
}

function consume(
  story: Story,
  machine: Machine,
  dataDir: string,
  children: Child[],
): Promise<void> {
  const sequence = join(dataDir, 'sequence.jsonl');
  const args = ['--local', machine.localFile, '--sequence', sequence];
  const follow = async () => {
    const child = runScript('scripts/demo/sample-consumer.ts', args);
    children.push(child);
    await child.line('following');
    await sleep(200);
    return child;
  };
  const enrolled = () =>
    readFileSync(sequence, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { leadId: string });
  const webinarLead = (name: string) =>
    machine.org.create('Lead', { LastName: name, Company: 'Webinar', LeadSource: 'Webinar' });

  return story.step('a sample consumer puts webinar leads into a sequence', async (say) => {
    const first = await follow();
    const started = performance.now();
    const one = await webinarLead('One');
    await first.line(`enrolled ${one}`);
    say(`a webinar lead is in the sequence ${seconds(performance.now() - started)} after its save`);
    killGroup(first, 'SIGKILL');
    await first.ended;
    const two = await webinarLead('Two');
    const second = await follow();
    await until('The lead saved while the consumer was dead', 10_000, async () =>
      enrolled().some((entry) => entry.leadId === two) ? true : undefined,
    );
    killGroup(second, 'SIGKILL');
    const ids = enrolled().map((entry) => entry.leadId);
    if (ids.length !== 2 || new Set(ids).size !== 2) throw new Error(`Enrolled ${ids.join(', ')}.`);
    say('killed and started again: both leads once');
  });
}

function loseTheGateway(story: Story, machine: Machine): Promise<void> {
  const { org } = machine;
  return story.step('lose the gateway for a while', async (say) => {
    await org.arm({ kind: 'callout-refused' });
    machine.feed.clear();
    const started = performance.now();
    const id = await org.create('Contact', {
      LastName: 'Unreached',
      Email: 'unreached@example.com',
    });
    await sleep(2000);
    if (await machine.receiver.foundByEmail('unreached@example.com')) {
      throw new Error('The gateway was not lost.');
    }
    say('two attempts refused; the package waits a minute for its third');
    await org.clearFaults();
    const event = await machine.feed.wait((e) => e.recordId === id, 120_000);
    say(
      `there again: the change came ${seconds(performance.now() - started)} after its save, via ${event.via}`,
    );
  });
}

function goQuiet(story: Story, machine: Machine): Promise<void> {
  const { org, receiver } = machine;
  return story.step('31 quiet minutes, with one notice lost: interval sync', async (say) => {
    await org.arm({ kind: 'callout-swallowed', times: 1 });
    const log = await org.requestsSince(0);
    const seen = log.at(-1)?.sequence ?? 0;
    machine.feed.clear();
    const id = await org.create('Contact', { LastName: 'Lost', Email: 'lost@example.com' });
    await org.idle();
    await receiver.advanceClocks(QUIET_SECONDS);
    await until('Interval sync', 90_000, async () =>
      (await receiver.status()).mode === 'interval' ? true : undefined,
    );
    const event = await machine.feed.wait((e) => e.recordId === id, 60_000);
    say(`the lost change came via ${event.via}`);
    const jobs = new Set(
      (await org.requestsSince(seen))
        .filter((request) => request.path.includes('/jobs/query'))
        .flatMap(({ bulkJobId }) => (bulkJobId === null ? [] : [bulkJobId])),
    );
    say(`Bulk query jobs in the org’s own request log: ${[...jobs].join(', ')}`);
    if (event.via !== 'bulk' || jobs.size === 0) throw new Error('The Bulk API did not take over.');
  });
}

function comeBack(story: Story, machine: Machine): Promise<void> {
  const { org, receiver } = machine;
  return story.step('Apex is seen again: the closing pass, then real time', async (say) => {
    await org.arm({ kind: 'callout-swallowed', times: 1 });
    machine.feed.clear();
    const lost = await org.create('Contact', { LastName: 'Lost Again' });
    await org.idle();
    const sent = await org.create('Contact', { LastName: 'Seen Again' });
    await machine.feed.wait((event) => event.recordId === sent, 30_000);
    const healed = await machine.feed.wait((event) => event.recordId === lost, 60_000);
    say(`a notice lost just before came with the closing pass, via ${healed.via}`);
    const status = await until('Real time', 60_000, async () => {
      const now = await receiver.status();
      return now.mode === 'realtime' ? now : undefined;
    });
    say(`mode ${status.mode}, state ${status.state}, last Apex seen ${status.lastApexSeenAt}`);
    await change(machine, say, 'one more change, in real time', 'record.updated', async () => {
      await org.update('Contact', sent, { Title: 'Back' });
      return sent;
    });
  });
}

function compareAtTheEnd(story: Story, machine: Machine, dataDir: string): Promise<void> {
  return story.step('compare org and mirror, field by field', async (say) => {
    await machine.org.idle();
    await sleep(1000);
    if (options.spoil) say(`spoiled on purpose: ${spoilOneValue(dataDir)}`);
    const comparison = runScript('scripts/demo/compare.ts', ['--local', machine.localFile]);
    const code = await comparison.ended;
    say(comparison.output());
    say(code === 0 ? 'nothing differs' : 'org and mirror differ');
    process.exitCode = code === 0 ? 0 : 1;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
