import { setTimeout as sleep } from 'node:timers/promises';
import { conditionsHash } from '../../../lambdas/core/conditions.ts';
import { type OrgId, type RecordId, recordId } from '../../../lambdas/core/ids.ts';
import { signWebhook } from '../../../lambdas/core/signature.ts';
import type { Ports } from '../../../lambdas/ports/ports.ts';
import { contact, FIELDS, OBJECT } from './contact-rows.ts';

/** Between two notices, ms. */
const PAUSE_MS = 100;
/** How often it is looked whether a notice has been applied, ms. */
const LOOK_MS = 5;

export interface Neighbour {
  readonly ports: Ports;
  readonly url: string;
  readonly orgId: OrgId;
  readonly token: string;
}

/**
 * Another org of the same receiver: posts one notice after the other, each of one record with values, and notes how long
 * it takes from the post to the mirror.
 */
export function watchNeighbour(neighbour: Neighbour): { stop(): Promise<readonly number[]> } {
  const delaysMs: number[] = [];
  let going = true;
  const ended = (async () => {
    for (let n = 0; going; n += 1) {
      delaysMs.push(await delayOf(neighbour, n));
      await sleep(PAUSE_MS);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await ended;
      return delaysMs.toSorted((left, right) => left - right);
    },
  };
}

async function delayOf({ ports, url, orgId, token }: Neighbour, n: number): Promise<number> {
  const { Id, SystemModstamp: _, IsDeleted: __, ...fields } = contact(n);
  const id = recordId(String(Id), 'Id');
  const startedAtMs = performance.now();
  await post(url, orgId, token, `neighbour-${n}`, noticeOf(orgId, id, fields));
  while ((await ports.mirror.get(orgId, OBJECT, id)) === undefined) await sleep(LOOK_MS);
  return performance.now() - startedAtMs;
}

function noticeOf(orgId: OrgId, id: RecordId, fields: object): string {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const conditions = conditionsHash(FIELDS);
  const records = [{ id, modstamp: at, fields }];
  const change = { object: OBJECT, op: 'insert', at, conditions, ids: [id], readAt: at, records };
  return JSON.stringify({
    version: 1,
    type: 'salesforce.changes',
    orgId,
    sentAt: at,
    package: '1.0.0',
    mode: 'immediate',
    changes: [change],
  });
}

async function post(
  url: string,
  orgId: OrgId,
  token: string,
  id: string,
  body: string,
): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000);
  const answer = await fetch(`${url}/v1/orgs/${orgId}/notices`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(token, id, seconds, Buffer.from(body)),
    },
    body,
  });
  if (answer.status !== 202) throw new Error(`A neighbour's notice was answered ${answer.status}.`);
}
