import { describe, expect } from 'vitest';
import type { DeadLetter } from '#core/dead-letter.ts';
import type { OrgId } from '#core/ids.ts';
import type { DeadLetters } from '#ports/dead-letters.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { aMessage } from '../support/queue-messages.ts';
import { EPOCH_MS } from '../support/record-writes.ts';
import { freshOrgId } from '../support/salesforce-ids.ts';

export interface DeadLettersSubject {
  readonly letters: DeadLetters;
  /** Bodies of what now waits on the notice queue, which are taken off it. */
  takeAll(): Promise<readonly string[]>;
}

let ids = 1_000_000;

function aLetter(orgId: OrgId, changes: Partial<DeadLetter> = {}): DeadLetter {
  ids += 1;
  return {
    id: String(ids),
    orgId,
    queue: 'notices',
    body: JSON.stringify(aMessage(orgId, ids)),
    sentAtMs: EPOCH_MS,
    parkedAtMs: EPOCH_MS + 5,
    receives: 5,
    reason: 'Salesforce answered 400 INVALID_FIELD.',
    ...changes,
  };
}

/** What every `DeadLetters` promises. */
export function defineDeadLettersContract(
  name: string,
  make: () => Promise<Harness<DeadLettersSubject>>,
): void {
  describe(`dead letters: ${name}`, () => {
    const inOrg = contractCases({
      make,
      seed: async ({ letters }, orgId) => letters.park(aLetter(orgId)),
      observe: async ({ letters }, orgId) => [
        await letters.list(orgId, 10),
        await letters.count(orgId),
      ],
    });

    inOrg('shows what was parked, oldest first', async ({ letters }, org) => {
      const [late, early] = [aLetter(org, { parkedAtMs: 9_000 }), aLetter(org, { parkedAtMs: 80 })];
      for (const letter of [late, early]) await letters.park(letter);
      expect(await letters.list(org, 10)).toEqual([early, late]);
      expect(await letters.list(org, 1)).toEqual([early]);
      expect(await letters.count(org)).toBe(2);
    });

    inOrg('parks a message once, of either queue', async ({ letters }, org) => {
      const letter = aLetter(org, { queue: 'bulk' });
      await letters.park(letter);
      await letters.park(letter);
      expect(await letters.list(org, 10)).toEqual([letter]);
    });

    inOrg('keeps a body of the largest message', async ({ letters }, org) => {
      const body = JSON.stringify({ text: '\u00e9\u{1F600}'.repeat(150_000) });
      await letters.park(aLetter(org, { body }));
      expect((await letters.list(org, 1))[0]?.body).toBe(body);
    });

    inOrg('sends a letter again, once, for its own org only', async ({ letters, takeAll }, org) => {
      const [letter, other] = [aLetter(org), aLetter(org)];
      for (const one of [letter, other]) await letters.park(one);
      expect(await letters.redrive(org, letter.id)).toBe('redriven');
      expect(await letters.redrive(org, letter.id)).toBe('unknown');
      expect(await letters.redrive(org, 'never')).toBe('unknown');
      expect(await takeAll()).toEqual([letter.body]);
      expect(await letters.list(org, 10)).toEqual([other]);
    });

    inOrg('writes a body anew, shorter or longer, and sends that', async (subject, org) => {
      const { letters, takeAll } = subject;
      const letter = aLetter(org, { body: JSON.stringify({ text: 'x'.repeat(300_000) }) });
      await letters.park(letter);
      for (const body of ['"short"', JSON.stringify('y'.repeat(130_000)), '"last"']) {
        await letters.rewrite({ ...letter, body });
        expect(await letters.list(org, 10)).toEqual([{ ...letter, body }]);
      }
      expect(await letters.redrive(org, letter.id)).toBe('redriven');
      expect(await takeAll()).toEqual(['"last"']);
    });

    inOrg('brings back no letter that is gone, and none of another org', async (subject, org) => {
      const { letters } = subject;
      await letters.rewrite(aLetter(org));
      expect(await letters.list(org, 10)).toEqual([]);
      const letter = aLetter(org);
      await letters.park(letter);
      await letters.rewrite({ ...letter, orgId: freshOrgId(), body: '"foreign"' });
      expect(await letters.list(org, 10)).toEqual([letter]);
    });

    inOrg('forgets an org', async ({ letters }, org) => {
      await letters.park(aLetter(org));
      await letters.clear(org);
      expect(await letters.count(org)).toBe(0);
      expect(await letters.list(org, 10)).toEqual([]);
    });
  });
}
