import { describe, expect, it } from 'vitest';
import {
  idsCondition,
  soqlName,
  soqlSelect,
  soqlText,
  soqlTime,
  windowCondition,
} from '#core/soql.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

describe('soql', () => {
  it.each(['Contact', 'Mixmax_Change__e', 'acme__Deal__c'])('takes the name %s', (name) => {
    expect(soqlName(name)).toBe(name);
  });

  it.each(['', '1abc', 'a b', "Id'", 'Account.Name', 'Id,Name', 'é', 'a'.repeat(81), '__proto__'])(
    'refuses the name %j without repeating it',
    (name) => {
      expect(() => soqlName(name)).toThrow('Not an API name');
      expect(() => soqlSelect('Contact', [name])).toThrow('Not an API name');
      expect(() => soqlSelect(name, ['Id'])).toThrow('Not an API name');
    },
  );

  it('escapes texts so that nothing ends them', () => {
    expect(soqlText("O'Hara \\ \n\r")).toBe("'O\\'Hara \\\\ \\n\\r'");
    expect(soqlText("\\' OR Name != '")).toBe("'\\\\\\' OR Name != \\''");
  });

  it('writes queries', () => {
    const since = Date.UTC(2026, 10, 21, 22, 0, 0, 999);
    expect(soqlTime(since)).toBe('2026-11-21T22:00:00Z');
    expect(soqlSelect('Contact', ['Id', 'Name'], windowCondition(since, since + 1_000))).toBe(
      'SELECT Id, Name FROM Contact WHERE SystemModstamp >= 2026-11-21T22:00:00Z AND SystemModstamp < 2026-11-21T22:00:01Z',
    );
    expect(idsCondition('AccountId', [recordIdOf('001', 1), recordIdOf('001', 2)])).toBe(
      "AccountId IN ('001000000000001AAA','001000000000002AAA')",
    );
  });
});
