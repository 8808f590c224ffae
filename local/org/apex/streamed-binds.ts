import type { ApexValue } from './values.ts';

/** Binds of a query whose rows a loop takes one by one: they count to the heap as they are taken, not all at once. */
export class StreamedBinds extends Map<string, ApexValue> {}
