import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import { aNotice } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

const ADA = recordIdOf('003', 1);

describe('from a signed notice to the mirror and the feed', () => {
  let receiver: TestReceiver;
  let org: OrgState;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
  });
  afterEach(() => receiver.close());

  it('answers 202, reads the record, mirrors it and announces it', async () => {
    const { clock, salesforce, ports } = receiver;
    salesforce.save('Contact', ADA, {
      Email: 'ada@x.example',
      Name: 'Ada',
      CreatedDate: salesforce.stamp(),
    });
    const notice = aNotice(org.orgId, clock.now(), [{ op: 'insert', ids: [ADA] }]);
    const answer = await receiver.post(org.orgId, notice);
    expect(answer.statusCode).toBe(202);
    expect(await receiver.work()).toBe(1);

    expect(await ports.mirror.get(org.orgId, 'Contact', ADA)).toMatchObject({
      revision: 1,
      deleted: false,
      fields: { Email: 'ada@x.example', Name: 'Ada' },
    });
    expect(await ports.mirror.findByEmail(org.orgId, 'ADA@x.example')).toHaveLength(1);
    const events = await receiver.feed(org.orgId);
    expect(events).toMatchObject([{ id: `${ADA}:1`, type: 'record.created', via: 'read' }]);
    const liveness = await ports.orgs.liveness(org.orgId);
    expect(liveness.lastApexSeenAtMs).toBe(clock.now());
    expect(liveness.liveThroughMs).toEqual({ Contact: clock.now() });
    expect(await receiver.work()).toBe(0);
  });
});
