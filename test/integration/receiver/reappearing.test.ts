import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { aNotice } from '../../support/notices.ts';
import { describedObject } from '../../support/salesforce-double.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';
import { withMethods } from '../../support/with-methods.ts';

const CALL = recordIdOf('00T', 1);
const QUARTER_HOUR_MS = 900_000;

/** An org whose reads by id never show a record that its queries show, as it may be with archived Tasks. */
describe('a record that reads by id never show', () => {
  let receiver: TestReceiver;
  let org: OrgState;
  let reads: number;

  beforeEach(async () => {
    reads = 0;
    receiver = openTestReceiver(blind);
    org = await connectTestOrg(receiver);
    receiver.salesforce.describeAs(describedObject('Task', ['Subject', 'WhoId', 'WhatId']));
    receiver.salesforce.save('Task', CALL, { Subject: 'Call' });
  });
  afterEach(() => receiver.close());

  function blind(ports: Ports): Ports {
    const forOrg: Ports['salesforce']['forOrg'] = async (state) => {
      const salesforce = await ports.salesforce.forOrg(state);
      return withMethods(salesforce, {
        retrieve: async (object, ids, fields) => {
          reads += 1;
          const answer = await salesforce.retrieve(object, ids, fields);
          return { ...answer, records: ids.map(() => null) };
        },
      });
    };
    return { ...ports, salesforce: withMethods(ports.salesforce, { forOrg }) };
  }

  /** Works through everything, letting a quarter of an hour go by wherever nothing is due. */
  async function settle(): Promise<void> {
    for (let round = 0; round < 50; round++) {
      if ((await receiver.work()) > 0) continue;
      if (receiver.consumers.notices.depth().messages === 0) return;
      receiver.clock.advance(QUARTER_HOUR_MS);
    }
  }

  it('is asked for again a few times, later each time, and then told of', async () => {
    const changes = [{ object: 'Task', op: 'update' as const, ids: [CALL] }];
    await receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), changes));
    await settle();

    expect(receiver.consumers.notices.depth()).toEqual({ messages: 0, deadLetters: 0 });
    expect(reads).toBe(6);
    expect(receiver.telemetry.lines).toContainEqual({
      level: 'error',
      message: 'RecordsNotReadableById',
      fields: { orgId: org.orgId, object: 'Task', records: 1, webhookId: 'msg0001' },
    });
  });
});
