import { ApexRealm } from './apex-realm.ts';
import { ExecutionContext, type ExecutionOptions } from './execution-context.ts';
import type { OrgServices } from './org-services.ts';
import { reporterOf, type TransactionReport } from './transaction-report.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { randomUuid } from './uuid.ts';

/** A transaction that can run Apex. Exactly one of `commit` and `rollback` ends it. */
export interface Transaction {
  readonly realm: ApexRealm;
  readonly context: ExecutionContext;
  commit(): void;
  rollback(): void;
}

export type TransactionOptions = Omit<ExecutionOptions, 'unit' | 'requestId' | 'cpuNow'> & {
  /** A new one when left out. */
  readonly requestId?: string;
};

/** Where asynchronous work gets its transactions from. */
export interface TransactionSource {
  open(options: TransactionOptions): Transaction;
  /** For bookkeeping that runs no Apex. */
  unit(): UnitOfWork;
}

/** Writes that belong to no Apex: all of them or none. */
export function bookkeep(source: TransactionSource, work: (unit: UnitOfWork) => void): void {
  const unit = source.unit();
  try {
    work(unit);
  } catch (error) {
    unit.rollback();
    throw error;
  }
  unit.commit();
}

/** Transactions with statics of their own; part of `outer`, when there is one. */
export function freshTransactions(
  org: OrgServices,
  outer: () => UnitOfWork | undefined = () => undefined,
): TransactionSource {
  const unit = () => outer()?.child() ?? new UnitOfWork(org.store, org.bus);
  return {
    unit,
    open(options) {
      const context = newContext(org, unit(), options);
      return transactionOf(org, new ApexRealm({ org, context }), context, () => {
        context.cpu.pause();
      });
    },
  };
}

/** Transactions on the statics of a test, inside the test's unit of work. */
export function testTransactions(org: OrgServices, realm: ApexRealm): TransactionSource {
  const unit = () => realm.context.unit.child();
  return {
    unit,
    open: (options) => continuedTransaction(org, realm, unit(), options),
  };
}

/** Another transaction on the statics of an earlier one. */
export function continuedTransaction(
  org: OrgServices,
  realm: ApexRealm,
  unit: UnitOfWork,
  options: TransactionOptions,
): Transaction {
  const context = newContext(org, unit, options);
  return transactionOf(org, realm, context, realm.enter(context));
}

export function newContext(
  org: OrgServices,
  unit: UnitOfWork,
  options: TransactionOptions,
): ExecutionContext {
  return new ExecutionContext({
    ...options,
    unit,
    requestId: options.requestId ?? randomUuid(org.random),
    cpuNow: org.cpuNow,
  });
}

function transactionOf(
  org: OrgServices,
  realm: ApexRealm,
  context: ExecutionContext,
  leave: () => void,
): Transaction {
  const report = reporterOf(org, realm, context);
  const end = (outcome: TransactionReport['outcome'], finish: () => void) => () => {
    try {
      finish();
    } finally {
      leave();
      report(outcome);
    }
  };
  return {
    realm,
    context,
    commit: end('committed', () => {
      context.unit.commit();
    }),
    rollback: end('rolled back', () => {
      context.unit.rollback();
    }),
  };
}
