/** Picklist values of a new org, where several objects share them or other rules hang on them. */

export interface StageValue {
  readonly name: string;
  /** Percent. */
  readonly probability: number;
  readonly isClosed: boolean;
  readonly isWon: boolean;
  readonly forecastCategory: string;
  readonly forecastCategoryName: string;
}

const open = (name: string, probability: number): StageValue => ({
  name,
  probability,
  isClosed: false,
  isWon: false,
  forecastCategory: 'Pipeline',
  forecastCategoryName: 'Pipeline',
});

/** Sales stages with what a stage implies for the Opportunity. */
export const opportunityStages: readonly StageValue[] = [
  open('Prospecting', 10),
  open('Qualification', 10),
  open('Needs Analysis', 20),
  open('Value Proposition', 50),
  open('Id. Decision Makers', 60),
  open('Perception Analysis', 70),
  open('Proposal/Price Quote', 75),
  open('Negotiation/Review', 90),
  {
    name: 'Closed Won',
    probability: 100,
    isClosed: true,
    isWon: true,
    forecastCategory: 'Closed',
    forecastCategoryName: 'Closed',
  },
  {
    name: 'Closed Lost',
    probability: 0,
    isClosed: true,
    isWon: false,
    forecastCategory: 'Omitted',
    forecastCategoryName: 'Omitted',
  },
];

export const forecastCategories = [
  'Omitted',
  'Pipeline',
  'BestCase',
  'MostLikely',
  'Forecast',
  'Closed',
];
export const forecastCategoryNames = [
  'Omitted',
  'Pipeline',
  'Best Case',
  'Most Likely',
  'Commit',
  'Closed',
];

export const taskStatuses = [
  { name: 'Not Started', isClosed: false, isDefault: true },
  { name: 'In Progress', isClosed: false, isDefault: false },
  { name: 'Completed', isClosed: true, isDefault: false },
  { name: 'Waiting on someone else', isClosed: false, isDefault: false },
  { name: 'Deferred', isClosed: false, isDefault: false },
] as const;

export const taskPriorities = [
  { name: 'High', isHigh: true, isDefault: false },
  { name: 'Normal', isHigh: false, isDefault: true },
  { name: 'Low', isHigh: false, isDefault: false },
] as const;

export const leadStatuses = [
  { name: 'Open - Not Contacted', isConverted: false, isDefault: true },
  { name: 'Working - Contacted', isConverted: false, isDefault: false },
  { name: 'Closed - Converted', isConverted: true, isDefault: false },
  { name: 'Closed - Not Converted', isConverted: false, isDefault: false },
] as const;

export const leadSources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];

export const ratings = ['Hot', 'Warm', 'Cold'];

export const industries = [
  'Agriculture',
  'Apparel',
  'Banking',
  'Biotechnology',
  'Chemicals',
  'Communications',
  'Construction',
  'Consulting',
  'Education',
  'Electronics',
  'Energy',
  'Engineering',
  'Entertainment',
  'Environmental',
  'Finance',
  'Food & Beverage',
  'Government',
  'Healthcare',
  'Hospitality',
  'Insurance',
  'Machinery',
  'Manufacturing',
  'Media',
  'Not For Profit',
  'Recreation',
  'Retail',
  'Shipping',
  'Technology',
  'Telecommunications',
  'Transportation',
  'Utilities',
  'Other',
];

export const cleanStatuses = [
  'Matched',
  'Different',
  'Acknowledged',
  'NotFound',
  'Inactive',
  'Pending',
  'SelectMatch',
  'Skipped',
];

export const activityTypes = ['Email', 'Meeting', 'Other', 'Call'];

export const weekInstances = ['First', 'Second', 'Third', 'Fourth', 'Last'];
export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const recurrenceTypes = [
  'RecursDaily',
  'RecursEveryWeekday',
  'RecursMonthly',
  'RecursMonthlyNth',
  'RecursWeekly',
  'RecursYearly',
  'RecursYearlyNth',
];

/** Time zones the org offers: the ones people pick in practice; each is an IANA name. */
export const timeZones = [
  'Pacific/Auckland',
  'Australia/Sydney',
  'Australia/Brisbane',
  'Asia/Tokyo',
  'Asia/Seoul',
  'Asia/Singapore',
  'Asia/Hong_Kong',
  'Asia/Shanghai',
  'Asia/Bangkok',
  'Asia/Dhaka',
  'Asia/Kolkata',
  'Asia/Karachi',
  'Asia/Dubai',
  'Europe/Moscow',
  'Europe/Istanbul',
  'Europe/Athens',
  'Europe/Helsinki',
  'Africa/Johannesburg',
  'Africa/Cairo',
  'Asia/Jerusalem',
  'Europe/Berlin',
  'Europe/Paris',
  'Europe/Madrid',
  'Europe/Rome',
  'Europe/Amsterdam',
  'Europe/Stockholm',
  'Europe/Vienna',
  'Europe/Zurich',
  'Europe/Warsaw',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Lisbon',
  'GMT',
  'America/Sao_Paulo',
  'America/Argentina/Buenos_Aires',
  'America/Halifax',
  'America/Puerto_Rico',
  'America/New_York',
  'America/Toronto',
  'America/Bogota',
  'America/Chicago',
  'America/Mexico_City',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
];

export const locales = [
  'en_US',
  'en_GB',
  'en_CA',
  'en_AU',
  'de_DE',
  'fr_FR',
  'es_ES',
  'it_IT',
  'nl_NL',
  'ja_JP',
  'pt_BR',
];
export const languages = [
  'en_US',
  'de',
  'es',
  'fr',
  'it',
  'ja',
  'sv',
  'ko',
  'zh_TW',
  'zh_CN',
  'pt_BR',
  'nl_NL',
  'da',
];
export const emailEncodings = [
  'UTF-8',
  'ISO-8859-1',
  'Shift_JIS',
  'ISO-2022-JP',
  'EUC-JP',
  'ks_c_5601-1987',
  'Big5',
  'GB2312',
];
