import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openApexOrg } from '../../unit/org/engine/apex-org.ts';

const org = openApexOrg({
  triggers: {
    Guard: `
trigger Guard on Shipment__c (before insert, after insert) {
  List<String> names = new List<String>();
  for (Shipment__c row : Trigger.new) {
    if (Trigger.isBefore && row.Note__c == 'before') { row.addError('refused before'); }
    if (Trigger.isAfter && row.Note__c == 'after') { row.addError('refused after'); }
    if (Trigger.isAfter) { names.add(row.Name); }
  }
  if (!names.isEmpty()) { EventBus.publish(new Shipped__e(Text__c = String.join(names, ','))); }
}`,
    Listener: `
trigger Listener on Shipped__e (after insert) {
  for (Shipped__e event : Trigger.new) { System.debug('event ' + event.Text__c); }
}`,
  },
});

let run = 0;

/** Where a row fails: nowhere, in the before-trigger, in the store's checks, in the after-trigger. */
const fate = fc.constantFrom('ok', 'ok', 'ok', 'before', 'store', 'after');

test('a partial save stores and announces exactly the rows it reports as saved, whatever fails where', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 12 }), async (fates) => {
      run += 1;
      const prefix = `r${run}-`;
      org.debugged.length = 0;
      const results = org.save(
        'insert',
        'Shipment__c',
        fates.map((note, index) => ({
          Name: `${prefix}${index}`,
          Note__c: note,
          ...(note === 'store' ? { Key__c: 'x'.repeat(256) } : {}),
        })),
      );
      await org.settle();

      const saved = fates.flatMap((_, index) =>
        results[index]?.success ? [`${prefix}${index}`] : [],
      );
      const stored = org.query(`SELECT Name FROM Shipment__c WHERE Name LIKE '${prefix}%'`);
      expect(stored.map(({ Name }) => Name).toSorted()).toEqual(saved.toSorted());
      const announced = org.debugged.flatMap((line) => line.replace(/^event /, '').split(','));
      expect(announced.toSorted()).toEqual(saved.toSorted());
      for (const [index, note] of fates.entries()) {
        expect(results[index]?.success).toBe(note === 'ok');
      }
    }),
    { numRuns: 60 },
  );
});
