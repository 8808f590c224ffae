import type { FieldValue } from './record.ts';

/*
 * Variables of an e-mail, such as `{{Contact.Account.Name}}`: a path from the person through look-ups to a field.
 */

const MAX_STEPS = 5;
const STEP = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;
/** What a path can begin with. */
const ROOTS = ['Contact', 'Lead', 'User'] as const;

export interface VariablePath {
  readonly root: (typeof ROOTS)[number];
  /** Look-up fields to follow: `AccountId`, `Partner__c`. */
  readonly lookups: readonly string[];
  readonly field: string;
}

/** Undefined for what is no path: too long, an unknown beginning, or a name that no field can have. */
export function parseVariable(name: string): VariablePath | undefined {
  const [first, ...steps] = name.split('.');
  const root = ROOTS.find((one) => one === first);
  const field = steps.pop();
  const fits = steps.length < MAX_STEPS && [...steps, field ?? ''].every((step) => STEP.test(step));
  if (root === undefined || field === undefined || !fits) return undefined;
  return { root, lookups: steps.map(lookupField), field };
}

/** `Account` stands for what `AccountId` names, `Partner__r` for what `Partner__c` names. */
function lookupField(relation: string): string {
  return /__r$/i.test(relation) ? relation.replace(/__r$/i, '__c') : `${relation}Id`;
}

/** The locale that Salesforce calls `de_DE_EURO` as the web calls it; English (US) where it is unknown. */
export function localeOf(salesforceLocale: unknown): string {
  const [language, region] = String(salesforceLocale ?? '').split('_');
  const tag =
    region !== undefined && /^[A-Z]{2}$/.test(region) ? `${language}-${region}` : language;
  try {
    return Intl.getCanonicalLocales(tag ?? '')[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

/** A value as a person writes it who has the locale and time zone; undefined for none. */
export function formatValue(
  value: FieldValue,
  type: string,
  { locale, timeZone }: { readonly locale: string; readonly timeZone: string },
): string | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return formatNumber(value, type, locale);
  if (type === 'date') return dateIn(locale, { dateStyle: 'medium', timeZone: 'UTC' }, value);
  if (type !== 'datetime') return value;
  return dateIn(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }, value);
}

function formatNumber(value: number, type: string, locale: string): string {
  const options =
    type === 'percent'
      ? { style: 'percent' as const, maximumFractionDigits: 2 }
      : { maximumFractionDigits: type === 'currency' ? 2 : 10 };
  // Salesforce keeps 12.5 for 12.5 %.
  return new Intl.NumberFormat(locale, options).format(type === 'percent' ? value / 100 : value);
}

function dateIn(locale: string, options: Intl.DateTimeFormatOptions, value: string): string {
  return new Intl.DateTimeFormat(locale, options).format(new Date(value));
}
