import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAwsStores } from '#adapters/aws/open-aws-stores.ts';
import { openPorts } from '#adapters/open-ports.ts';
import { openStores } from '#adapters/open-stores.ts';
import { SystemRandom } from '#adapters/system-random.ts';
import { loadConfig } from '../../../lambdas/config.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { anOrgState } from '../../support/org-states.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const silent = { info() {}, warn() {}, error() {}, metric() {} };

function environment(dataDir: string) {
  return { RTS_MODE: 'sqlite', RTS_DATA_DIR: dataDir, RTS_GATEWAY_URL: 'https://rts.example' };
}

describe('opening on one machine', () => {
  it('gives every function of a process the same ports', async () => {
    const dataDir = join(temporaryFolder(), 'deep', 'data');
    const admin = openPorts(loadConfig('admin', environment(dataDir)));
    const worker = openPorts(loadConfig('worker', environment(dataDir)));
    expect(await worker).toBe(await admin);
    const gateway = await openStores(loadConfig('gateway', environment(dataDir)));
    expect(gateway.orgs).toBe((await admin).orgs);
    expect(existsSync(join(dataDir, 'receiver.db'))).toBe(true);
    await (await admin).close();
  });

  it('opens anew once it was closed, and finds what was there', async () => {
    const config = loadConfig('worker', environment(temporaryFolder()));
    const org = freshOrgId();
    const first = await openPorts(config);
    await first.orgs.create(anOrgState(org));
    await first.close();
    const second = await openPorts(config);
    expect(second).not.toBe(first);
    expect(await second.orgs.get(org)).toEqual(anOrgState(org));
    await second.close();
  });

  it('uses the clock, randomness, log and network it is given', async () => {
    const clock = new ManualClock(12_345);
    const random = new SystemRandom();
    const send = () => Promise.reject(new Error('no network'));
    const config = loadConfig('worker', environment(temporaryFolder()));
    const ports = await openPorts(config, {
      clock,
      random,
      telemetry: silent,
      transport: { send },
    });
    expect(ports.clock).toBe(clock);
    expect(ports.random).toBe(random);
    expect(ports.telemetry).toBe(silent);
    await ports.close();
  });

  it('may be tried again after a failed start', async () => {
    const folder = temporaryFolder();
    const config = loadConfig('worker', environment(join(folder, 'receiver.db', 'x')));
    const { writeFileSync, rmSync } = await import('node:fs');
    writeFileSync(join(folder, 'receiver.db'), 'in the way');
    await expect(openPorts(config)).rejects.toThrow();
    rmSync(join(folder, 'receiver.db'));
    const ports = await openPorts(config);
    await ports.close();
  });
});

describe('opening on AWS', () => {
  it('refuses, by name, what the function is configured without', async () => {
    const unreachable = loopbackClient('http://127.0.0.1:1');
    const clients = {
      dynamo: unreachable,
      sqs: unreachable,
      ssm: unreachable,
      events: unreachable,
    };
    const stores = await openAwsStores(
      { mode: 'aws', controlTable: 'control', parameterPrefix: '/rts', noticeQueueUrl: 'http://q' },
      { clock: new ManualClock(), random: new SystemRandom(), telemetry: silent },
      clients,
    );
    const org = freshOrgId();
    const call = async (use: () => Promise<unknown>) => (await appErrorOf(use())).message;
    expect(await call(async () => stores.mirror.counts(org, 'Lead'))).toContain('RTS_MIRROR_TABLE');
    expect(await call(async () => stores.feed.clear(org))).toContain(
      'RTS_FEED_TABLE and RTS_EVENT_BUS',
    );
    expect(await call(async () => stores.bulkQueue.send(org, []))).toContain('RTS_BULK_QUEUE_URL');
    await stores.noticeQueue.send(org, []);
    await stores.close();
  });
});
