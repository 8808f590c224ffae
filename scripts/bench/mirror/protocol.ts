import type { Metered } from './meter.ts';

/** What the parent asks of the receiver's process. */
export type Command =
  | {
      readonly do: 'connect';
      readonly dataDir: string;
      readonly orgUrl: string;
      readonly orgId: string;
      readonly token: string;
    }
  | { readonly do: 'import'; readonly orgUrl: string }
  | { readonly do: 'await-writes'; readonly count: number };

export type Report =
  | { readonly is: 'connected'; readonly url: string }
  | ({
      readonly is: 'measured';
      readonly rows: number;
      /** Of an import: how long notices of another org took meanwhile, ms, ascending. */
      readonly neighbourMs?: readonly number[];
      /** Of an import: how long transactions took, ms, ascending. */
      readonly transactionMs?: readonly number[];
      /** Of somebody else's client: the error that ended it before all rows were read. */
      readonly failure?: string;
    } & Metered);
