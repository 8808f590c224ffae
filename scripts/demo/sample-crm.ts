/**
 * A small CRM in the shape of a new Developer Edition org's sample data: 13 accounts, 20 contacts, 22 leads,
 * 31 opportunities. Names follow the public sample data; addresses end in example.com so that no mail can leave.
 */
export interface SampleRecord {
  readonly object: 'Account' | 'Contact' | 'Lead' | 'Opportunity';
  /** Index into `accounts` of the record's account. */
  readonly account?: number;
  readonly fields: Readonly<Record<string, string | number>>;
}

const ACCOUNTS: readonly (readonly [
  name: string,
  industry: string,
  revenue: number,
  city: string,
])[] = [
  ['Edge Communications', 'Electronics', 139000000, 'Austin'],
  ['Burlington Textiles Corp of America', 'Apparel', 350000000, 'Burlington'],
  ['Pyramid Construction Inc.', 'Construction', 950000000, 'Paris'],
  ['Dickenson plc', 'Consulting', 50000000, 'Lawrence'],
  ['Grand Hotels & Resorts Ltd', 'Hospitality', 500000000, 'Chicago'],
  ['United Oil & Gas Corp.', 'Energy', 5600000000, 'New York'],
  ['Express Logistics and Transport', 'Transportation', 950000000, 'Portland'],
  ['University of Arizona', 'Education', 120000000, 'Tucson'],
  ['United Oil & Gas, UK', 'Energy', 210000000, 'London'],
  ['United Oil & Gas, Singapore', 'Energy', 180000000, 'Singapore'],
  ['GenePoint', 'Biotechnology', 30000000, 'Mountain View'],
  ['sForce', 'Technology', 75000000, 'San Francisco'],
  ['Sample Account for Entitlements', 'Other', 1000000, 'San Francisco'],
];

const CONTACTS: readonly (readonly [
  first: string,
  last: string,
  account: number,
  title: string,
])[] = [
  ['Rose', 'Gonzalez', 0, 'SVP, Procurement'],
  ['Sean', 'Forbes', 0, 'CFO'],
  ['Jack', 'Rogers', 1, 'VP, Facilities'],
  ['Pat', 'Stumuller', 2, 'SVP, Administration and Finance'],
  ['Andy', 'Young', 3, 'SVP, Operations'],
  ['Tim', 'Barr', 4, 'SVP, Administration and Finance'],
  ['John', 'Bond', 4, 'VP, Facilities'],
  ['Stella', 'Pavlova', 5, 'SVP, Production'],
  ['Lauren', 'Boyle', 5, 'SVP, Technology'],
  ['Avi', 'Green', 5, 'CFO'],
  ['Arthur', 'Song', 5, 'CEO'],
  ['Babara', 'Levy', 6, 'SVP, Operations'],
  ['Josh', 'Davis', 6, 'Director, Warehouse Mgmt'],
  ['Jane', 'Grey', 7, 'Dean of Administration'],
  ['Ashley', 'James', 8, 'VP, Finance'],
  ['Tom', 'Ripley', 9, 'Regional General Manager'],
  ['Liz', 'D’Cruz', 9, 'VP, Production'],
  ['Edna', 'Frank', 10, 'VP, Technology'],
  ['Siddartha', 'Nedaerk', 11, 'Engineer'],
  ['Jake', 'Llorrac', 11, 'Engineer'],
];

const LEADS: readonly (readonly [first: string, last: string, company: string, status: string])[] =
  [
    ['Bertha', 'Boxer', 'Farmers Coop. of Florida', 'Working - Contacted'],
    ['Phyllis', 'Cotton', 'Abbott Insurance', 'Open - Not Contacted'],
    ['Jeff', 'Glimpse', 'Jackson Controls', 'Open - Not Contacted'],
    ['Mike', 'Braund', 'Metropolitan Health Services', 'Open - Not Contacted'],
    ['Patricia', 'Feager', 'International Shipping Co.', 'Working - Contacted'],
    ['Brenda', 'Mcclure', 'Cadinal Inc.', 'Working - Contacted'],
    ['Violet', 'Maccleod', 'Emerson Transport', 'Working - Contacted'],
    ['Kathy', 'Snyder', 'TNR Corp.', 'Working - Contacted'],
    ['Tom', 'James', 'Delphi Chemicals', 'Working - Contacted'],
    ['Shelly', 'Brownell', 'Western Telecommunications Corp.', 'Working - Contacted'],
    ['Pamela', 'Owenby', 'Hendrickson Trading', 'Closed - Not Converted'],
    ['Norm', 'May', 'Greenwich Media', 'Working - Contacted'],
    ['Kristen', 'Akin', 'Aethna Home Products', 'Working - Contacted'],
    ['Bill', 'Dadio', 'Zenith Industrial Partners', 'Closed - Not Converted'],
    ['David', 'Monaco', 'Blues Entertainment Corp.', 'Working - Contacted'],
    ['Betty', 'Bair', 'American Banking Corp.', 'Working - Contacted'],
    ['Carolyn', 'Crenshaw', 'Ace Iron and Steel Inc.', 'Closed - Not Converted'],
    ['Andy', 'Young', 'Dickenson plc', 'Closed - Converted'],
    ['Sandra', 'Eberhard', 'Highland Manufacturing Ltd.', 'Working - Contacted'],
    ['Eugena', 'Luce', 'Pacific Retail Group', 'Closed - Not Converted'],
    ['Jack', 'Rogers', 'Burlington Textiles Corp of America', 'Closed - Converted'],
    ['Pat', 'Stumuller', 'Pyramid Construction Inc.', 'Closed - Converted'],
  ];

const OPPORTUNITIES: readonly (readonly [
  name: string,
  account: number,
  amount: number,
  stage: string,
])[] = [
  ['Edge Emergency Generator', 0, 75000, 'Closed Won'],
  ['Edge Emergency Generator II', 0, 35000, 'Id. Decision Makers'],
  ['Edge Installation', 0, 50000, 'Closed Won'],
  ['Edge SLA', 0, 60000, 'Closed Won'],
  ['Burlington Textiles Weaving Plant Generator', 1, 235000, 'Closed Won'],
  ['Pyramid Emergency Generators', 2, 100000, 'Prospecting'],
  ['Dickenson Mobile Generators', 3, 15000, 'Qualification'],
  ['Grand Hotels Kitchen Generator', 4, 15000, 'Id. Decision Makers'],
  ['Grand Hotels Guest Portable Generators', 4, 250000, 'Value Proposition'],
  ['Grand Hotels Emergency Generators', 4, 210000, 'Closed Won'],
  ['Grand Hotels Generator Installations', 4, 350000, 'Closed Won'],
  ['Grand Hotels SLA', 4, 90000, 'Closed Won'],
  ['United Oil Office Portable Generators', 5, 125000, 'Negotiation/Review'],
  ['United Oil Refinery Generators', 5, 270000, 'Proposal/Price Quote'],
  ['United Oil Refinery Generators II', 5, 915000, 'Closed Won'],
  ['United Oil Installations', 5, 270000, 'Negotiation/Review'],
  ['United Oil Installations II', 5, 270000, 'Closed Won'],
  ['United Oil Installations III', 5, 235000, 'Closed Won'],
  ['United Oil Plant Standby Generators', 5, 675000, 'Needs Analysis'],
  ['United Oil Standby Generators', 5, 120000, 'Closed Won'],
  ['United Oil Emergency Generators', 5, 440000, 'Closed Won'],
  ['United Oil SLA', 5, 120000, 'Closed Won'],
  ['Express Logistics Standby Generator', 6, 220000, 'Closed Won'],
  ['Express Logistics Portable Truck Generators', 6, 80000, 'Value Proposition'],
  ['Express Logistics SLA', 6, 120000, 'Perception Analysis'],
  ['University of AZ Portable Generators', 7, 50000, 'Closed Won'],
  ['University of AZ Installations', 7, 100000, 'Proposal/Price Quote'],
  ['University of AZ SLA', 7, 90000, 'Closed Won'],
  ['GenePoint Standby Generator', 10, 85000, 'Closed Won'],
  ['GenePoint Lab Generators', 10, 60000, 'Id. Decision Makers'],
  ['GenePoint SLA', 10, 30000, 'Closed Won'],
];

/** Accounts first: the records after them refer to them by index. */
export function sampleCrm(closeDate: string): readonly SampleRecord[] {
  return [
    ...ACCOUNTS.map(
      ([name, industry, revenue, city]): SampleRecord => ({
        object: 'Account',
        fields: { Name: name, Industry: industry, AnnualRevenue: revenue, BillingCity: city },
      }),
    ),
    ...CONTACTS.map(
      ([first, last, account, title]): SampleRecord => ({
        object: 'Contact',
        account,
        fields: { FirstName: first, LastName: last, Title: title, Email: address(first, last) },
      }),
    ),
    ...LEADS.map(
      ([first, last, company, status]): SampleRecord => ({
        object: 'Lead',
        fields: {
          FirstName: first,
          LastName: last,
          Company: company,
          Status: status,
          Email: address(`${first}.lead`, last),
        },
      }),
    ),
    ...OPPORTUNITIES.map(
      ([name, account, amount, stage]): SampleRecord => ({
        object: 'Opportunity',
        account,
        fields: { Name: name, Amount: amount, StageName: stage, CloseDate: closeDate },
      }),
    ),
  ];
}

function address(first: string, last: string): string {
  return `${first}.${last}@example.com`.toLowerCase().replaceAll('’', '');
}

/**
 * Leads as a marketing list would bring them, as Bulk API CSV.
 * @param run marks the addresses, so that two loads do not collide
 */
export function generatedLeads(count: number, run: string): { csv: string; emails: string[] } {
  const rows = ['FirstName,LastName,Company,Email,LeadSource,Status'];
  const emails: string[] = [];
  for (let index = 0; index < count; index++) {
    const email = `lead${index}.${run}@example.com`;
    emails.push(email);
    const source = index % 10 === 0 ? 'Partner Referral' : 'Web';
    rows.push(
      `Lead,Number ${index},Company ${index % 997},${email},${source},Open - Not Contacted`,
    );
  }
  return { csv: `${rows.join('\n')}\n`, emails };
}
