import { afterEach, expect, test } from 'vitest';
import type { Breakage } from '../../../scripts/breakages/breakage.ts';
import { breakSource } from '../../../scripts/breakages/try-breakage.ts';
import { apex, type HarmPair, openHarmPair } from '../../support/package/harm.ts';

/** Would the harm tests notice harm? The package is broken in memory in ways that a customer would feel. */

const HANDLER = 'RtsTriggerHandler.cls';
const PUBLISH = `            String objectName = rows[0].getSObjectType().getDescribe().getName();`;

let pair: HarmPair | undefined;
afterEach(async () => {
  await pair?.close();
  pair = undefined;
});

async function broken(breakage: Pick<Breakage, 'file' | 'find' | 'replace'>): Promise<HarmPair> {
  pair = await openHarmPair(
    () => undefined,
    (files) => {
      const source = breakSource(breakage, files);
      if (typeof source === 'string') throw new Error(source);
      return source;
    },
  );
  return pair;
}

test("a package that queues a job in the customer's transaction takes its one slot", async () => {
  const harmed = await broken({
    file: HANDLER,
    find: PUBLISH,
    replace: `            RtsNoticeSender.enqueue(new RtsNoticeBatch(RtsLimits.Mode.IMMEDIATE, null));
${PUBLISH}`,
  });
  const harm = harmed.same('queueable', apex('inQueueable'));
  await expect(harm).rejects.toMatchObject({
    actual: [expect.stringMatching(/^AcmeJob .*"Failed".*Too many queueable jobs/)],
  });
});

test('a package whose faults reach the save fails it', async () => {
  const faulty = await broken({
    file: HANDLER,
    find: '        } catch (Exception unexpected) {',
    replace: `            throw new RtsBusEvent.MalformedException('broken');
        } catch (TypeException unexpected) {`,
  });
  await expect(faulty.same('a save', apex('rollBack'))).rejects.toMatchObject({
    actual: { failed: expect.stringContaining('MalformedException') },
    expected: '0',
  });
});

test('a package that stands aside in silence leaves the receiver behind', async () => {
  const silent = await broken({
    file: 'RtsChangePublisher.cls',
    find: 'announce(RtsSkip.NO_ROOM, changes[0].objectName, null);',
    replace: '',
  });
  expect(await silent.same('last statement', apex('lastStatement'))).toBe('saved');
  expect(silent.fate()).toEqual({ told: 0, inGap: 0, unheard: 1 });
  await expect(silent.mirrored(5)).rejects.toThrow('is missing');
});
