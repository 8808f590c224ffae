import * as z from 'zod/mini';
import type { OrgId } from '#core/ids.ts';
import type { OrgQuota, Purpose } from '#core/quota.ts';
import type { Clock } from '#ports/clock.ts';
import { parsed } from './answers.ts';
import type { QuotaMeter } from './quota-meter.ts';
import type { Rest, RestRequest } from './rest.ts';

export interface MeterOptions {
  readonly meter: QuotaMeter;
  readonly clock: Clock;
  readonly orgId: OrgId;
  readonly apiVersion: string;
  readonly purpose: Purpose;
  readonly sharePercent: number;
}

const limitsAnswer = z.object({
  DailyApiRequests: z.object({ Max: z.int(), Remaining: z.int() }),
});

/** Calls for one purpose: each is asked for before it is made, and counted under the purpose (R14). */
export function meteredRest(rest: Rest, options: MeterOptions): Rest {
  const { meter, orgId, purpose, sharePercent } = options;
  const marked = (request: RestRequest): RestRequest => ({ ...request, purpose });
  const allowed = () => meter.allow(orgId, purpose, sharePercent, () => askLimits(rest, options));
  return {
    clockMs: () => rest.clockMs(),
    send: async (request) => {
      await allowed();
      return rest.send(marked(request));
    },
    json: async (request) => {
      await allowed();
      return rest.json(marked(request));
    },
  };
}

async function askLimits(rest: Rest, { apiVersion, clock }: MeterOptions): Promise<OrgQuota> {
  const path = `/services/data/v${apiVersion}/limits`;
  const answer = await rest.json({ method: 'GET', path, repeatable: true, purpose: 'ping' });
  const { Max, Remaining } = parsed(limitsAnswer, answer.value, 'limits').DailyApiRequests;
  return { max: Max, used: Max - Remaining, atMs: clock.now() };
}
