import { afterEach, expect, test } from 'vitest';
import type { Fault } from '../../../local/org/faults.ts';
import { apex, type Fate, type HarmPair, openHarmPair } from '../../support/package/harm.ts';
import type { GatewayAnswer } from '../../support/package/package-org.ts';

/**
 * Does a gateway in trouble change what a customer's own code does? As in `harm-saves.test.ts`, in two orgs that differ
 * in the package only. When the trouble is over, each change must be told or lie in a gap that was told, and the
 * receiver's mirror must hold it.
 */

const MINUTE_MS = 60_000;

let pair: HarmPair | undefined;
afterEach(async () => {
  await pair?.close();
  pair = undefined;
});

const TOLD: Fate = { told: 204, inGap: 0, unheard: 0 };
/** The first are told by a retry; by then a pause had begun, which became a gap. */
const LATE: Fate = { told: 201, inGap: 3, unheard: 0 };
const GAP: Fate = { told: 0, inGap: 204, unheard: 0 };

interface Trouble {
  readonly name: string;
  /** What the gateway answers while the trouble lasts; undefined when only the network is in trouble. */
  readonly answer?: GatewayAnswer;
  /** What the network does while it lasts. */
  readonly fault?: Fault;
  /** How 201 changes end up that are made first, and 3 that are made a quarter of an hour later. */
  readonly ends: Fate;
}

const HTML = '<html><body>Welcome to the airport</body></html>';
const html = { headers: { 'Content-Type': 'text/html' }, body: HTML };

const troubles: readonly Trouble[] = [
  {
    name: 'slow, within the time-out',
    fault: { kind: 'callout-slow', delayMs: 8_000 },
    ends: TOLD,
  },
  {
    name: 'slow, past the time-out',
    fault: { kind: 'callout-slow', delayMs: 60_000 },
    ends: LATE,
  },
  { name: 'down', fault: { kind: 'callout-refused' }, ends: LATE },
  { name: 'taking notices and losing its answers', answer: 'answer lost', ends: LATE },
  {
    name: 'redirecting',
    answer: { status: 302, headers: { Location: 'https://elsewhere.example/' } },
    ends: GAP,
  },
  { name: 'answering 400', answer: { status: 400 }, ends: GAP },
  { name: 'answering 404', answer: { status: 404 }, ends: GAP },
  { name: 'answering 413', answer: { status: 413 }, ends: GAP },
  { name: 'answering 429', answer: { status: 429, retryAfterSeconds: 600 }, ends: TOLD },
  { name: 'answering 502 with a page', answer: { status: 502, ...html }, ends: LATE },
  {
    name: 'hidden behind a page that answers 200',
    answer: { status: 200, ...html },
    ends: LATE,
  },
];

test.each(troubles)('the gateway is $name', async ({ answer, fault, ends }) => {
  let current: GatewayAnswer | undefined;
  pair = await openHarmPair(() => current);
  current = answer;
  const { faults } = pair.withPackage.org;
  if (fault !== undefined) faults.arm(fault);

  expect(await pair.same('save', apex('inFuture'))).toBe('queued');
  await pair.advance(15 * MINUTE_MS);
  const saved = await pair.same('another save meanwhile', apex('rollBack'));
  expect(saved).toBe('0');

  faults.clearAll();
  current = undefined;
  await pair.advance(120 * MINUTE_MS);
  pair.ping();
  await pair.advance(30 * MINUTE_MS);
  expect(pair.fate()).toEqual(ends);
  await pair.mirrored(0);
});
