import * as z from 'zod/mini';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import type { Rest } from './rest.ts';

const allocation = z.object({ Max: z.int(), Remaining: z.int() });
/** Some members are of another form; they are left out. */
const limitsAnswer = z.record(z.string(), z.unknown());

/** `GET /limits`. */
export function createAllocations(rest: Rest, base: string): Pick<Salesforce, 'allocations'> {
  return {
    async allocations() {
      const { value } = await rest.json({
        method: 'GET',
        path: `${base}/limits`,
        repeatable: true,
      });
      const entries = Object.entries(parsed(limitsAnswer, value, 'limits'));
      return new Map(
        entries.flatMap(([name, given]) => {
          const { data } = allocation.safeParse(given);
          // Above its allocation an org may show less than nothing.
          return data === undefined
            ? []
            : [[name, { max: data.Max, used: data.Max - data.Remaining }]];
        }),
      );
    },
  };
}
