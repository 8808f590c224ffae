import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFieldNames, withFields, withoutFields } from '../../../../scripts/cli/field-names.ts';

test('names are put together by object', () => {
  expect(parseFieldNames(['Contact.Title', 'Lead.Title', 'Contact.Phone'])).toEqual({
    Contact: ['Title', 'Phone'],
    Lead: ['Title'],
  });
});

test.each(['Title', 'Contact.', '.Title', 'Contact.Account.Name', 'Contact.Ti tle', ''])(
  'what is no Object.Field is refused by name: "%s"',
  (name) => expect(() => parseFieldNames([name])).toThrow(`"${name}"`),
);

test('names know no case: what is listed is not listed twice, and is found to be removed', () => {
  const listed = { Contact: ['Title'] };
  expect(withFields(listed, { contact: ['TITLE', 'Phone'] })).toEqual({
    Contact: ['Title', 'Phone'],
  });
  expect(withoutFields(listed, { CONTACT: ['title'] })).toEqual({ Contact: [] });
});

test('a field that is not listed cannot be removed', () => {
  expect(() => withoutFields({ Contact: ['Title'] }, { Contact: ['Phone'] })).toThrow(
    'Contact.Phone is not listed',
  );
});

test('what was added and removed again leaves the list as it was', () => {
  const fields = fc.uniqueArray(fc.stringMatching(/^[A-Z][a-z]{1,6}$/), { minLength: 1 });
  fc.assert(
    fc.property(fields, fields, (before, more) => {
      const added = { Contact: more.filter((name) => !before.includes(name)) };
      const listed = { Contact: before };
      expect(withoutFields(withFields(listed, added), added)).toEqual(listed);
    }),
  );
});
