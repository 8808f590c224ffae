import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrgError } from '../../../local/org/errors.ts';
import {
  checkbox,
  dateTime,
  decimal,
  integer,
  lookup,
  text,
} from '../../../local/org/schema/field-builder.ts';
import { coerceValue } from '../../../local/org/store/coercion.ts';

const fields = [
  text('Text__c', 'Text', 255),
  checkbox('Flag__c', 'Flag'),
  integer('Count__c', 'Count', 8),
  decimal('Size__c', 'Size', 'double', [18, 2]),
  dateTime('At__c', 'At'),
  lookup('Parent__c', 'Parent', 'Account'),
];

test('whatever comes, a value of the field’s type leaves, or Salesforce’s refusal', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...fields),
      fc.oneof(fc.jsonValue(), fc.string(), fc.constant(undefined)),
      (field, raw) => {
        let value: unknown;
        try {
          value = coerceValue(field, raw);
        } catch (error) {
          expect(error).toBeInstanceOf(OrgError);
          expect(error).toMatchObject({ fields: [field.name] });
          return;
        }
        const type = value === null ? null : typeof value;
        const expected =
          field.type === 'boolean' ? 'boolean' : field.precision > 0 ? 'number' : 'string';
        expect([null, expected]).toContain(type);
      },
    ),
  );
});

test('coercing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, raw) => {
      let once: ReturnType<typeof coerceValue>;
      try {
        once = coerceValue(field, raw);
      } catch {
        return;
      }
      expect(coerceValue(field, once)).toBe(once);
    }),
  );
});

test('numbers survive being written as text', () => {
  const [, , count, size] = fields;
  fc.assert(
    fc.property(
      fc.integer({ min: -99_999_999, max: 99_999_999 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (whole, broken) => {
        if (!count || !size) throw new Error('fields');
        expect(coerceValue(count, String(whole))).toBe(whole);
        expect(coerceValue(size, String(broken))).toBe(
          broken === 0 && Object.is(broken, -0) ? 0 : broken,
        );
      },
    ),
  );
});

test('an instant is the same in every notation and zone', () => {
  const at = fields[4];
  const instant = fc.date({
    min: new Date('1900-01-01'),
    max: new Date('2200-01-01'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(
      instant,
      fc.integer({ min: -12 * 60, max: 14 * 60 }),
      fc.boolean(),
      (date, offset, colon) => {
        if (!at) throw new Error('field');
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map(
          (part) => String(part).padStart(2, '0'),
        );
        const zone = `${offset < 0 ? '-' : '+'}${hours}${colon ? ':' : ''}${minutes}`;
        expect(coerceValue(at, local + zone)).toBe(date.toISOString());
        expect(coerceValue(at, date.toISOString())).toBe(date.toISOString());
      },
    ),
  );
});
