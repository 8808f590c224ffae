import type { MatchingRuleSource } from '../source/read-matching-rules.ts';

/**
 * The matching rules that every org has, by the names that duplicate rules know them by. Salesforce's own take what only
 * resembles for the same (other spellings, nicknames, one digit); these find what is the same to the letter, which is
 * part of what Salesforce's find.
 */

type Item = MatchingRuleSource['items'][number];

const item = (field: string): Item => ({ field, matchesBlanks: false });
const all = (...operands: MatchingRuleSource['logic'][]): MatchingRuleSource['logic'] => ({
  operator: 'AND',
  operands,
});
const any = (...operands: MatchingRuleSource['logic'][]): MatchingRuleSource['logic'] => ({
  operator: 'OR',
  operands,
});

/** @param address how the address fields begin: `Mailing`, or nothing */
function peopleRule(name: string, object: string, address: string): MatchingRuleSource {
  const [namedOrNot, first, last, email, phone, street, city, zip, title] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9,
  ];
  return {
    name,
    object,
    active: true,
    items: [
      // Beside an e-mail address a missing first name does not count.
      { field: 'FirstName', matchesBlanks: true },
      item('FirstName'),
      item('LastName'),
      item('Email'),
      item('Phone'),
      item(`${address}Street`),
      item(`${address}City`),
      item(`${address}PostalCode`),
      item('Title'),
    ],
    logic: any(
      all(namedOrNot, last, email),
      all(first, last, phone),
      all(first, last, street, any(city, zip, title)),
    ),
  };
}

function accountRule(): MatchingRuleSource {
  const [name, street, city, state, zip, phone, website] = [1, 2, 3, 4, 5, 6, 7];
  const fields = ['Street', 'City', 'State', 'PostalCode'].map((part) => `Billing${part}`);
  return {
    name: 'Standard_Account_Match_Rule_v1_0',
    object: 'Account',
    active: true,
    items: ['Name', ...fields, 'Phone', 'Website'].map(item),
    logic: any(
      all(name, any(street, zip, phone)),
      all(name, city, state),
      all(website, any(phone, street)),
    ),
  };
}

export const STANDARD_MATCHING_RULES: readonly MatchingRuleSource[] = [
  accountRule(),
  peopleRule('Standard_Contact_Match_Rule_v1_1', 'Contact', 'Mailing'),
  peopleRule('Standard_Lead_Match_Rule_v1_0', 'Lead', ''),
];
