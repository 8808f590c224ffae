import { describe, expect, it } from 'vitest';
import { type DataSubject, mentions, withoutAddresses } from '#core/data-subject.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const ADA = recordIdOf('003', 1);
const subject: DataSubject = { addresses: new Set(['ada@acme.example']), ids: new Set([ADA]) };

describe('a value mentions a person', () => {
  it.each<[string, unknown]>([
    ['by the address', 'ada@acme.example'],
    ['in any case', 'ADA@Acme.Example'],
    ['with a plus-tag', 'ada+news@acme.example'],
    ['in a sentence', "Write to 'ada@acme.example'."],
    ['in a header', 'Ada <ada@acme.example>, Bob <bob@acme.example>'],
    ['in a link', 'mailto:ada@acme.example?subject=x'],
    ['after another address', 'bob@acme.example;ada@acme.example'],
    ['deep within', { a: [1, null, { b: 'ada@acme.example' }] }],
    ['by a record id', ADA],
    ['by a record id of 15 characters', ADA.slice(0, 15)],
    ['in a member named like one of every object', JSON.parse('{"__proto__":"ada@acme.example"}')],
  ])('%s', (_, value) => expect(mentions(subject, value)).toBe(true));

  it.each<[string, unknown]>([
    ['an address that ends so', 'zada@acme.example'],
    ['an address that goes on', 'ada@acme.example.org'],
    ['a name alone', 'Ada'],
    ['another id', recordIdOf('003', 2)],
    ['an id in a text', `see ${ADA}`],
    ['nothing', [null, undefined, 0, false, {}]],
  ])('not by %s', (_, value) => expect(mentions(subject, value)).toBe(false));
});

it('replaces every address of the person, and nothing else', () => {
  const text = 'From ada+x@acme.example to bob@acme.example, cc Ada@acme.example.';
  expect(withoutAddresses(subject, text, () => 'X')).toBe('From X to bob@acme.example, cc X.');
});

it('takes time that grows with a hostile text, not with its square', () => {
  const text = `${'a'.repeat(200_000)}@`;
  expect(mentions(subject, text)).toBe(false);
});
