import { describe, expect, it } from 'vitest';
import type { FunctionSpending } from '../../../scripts/bench/cloud/measure.ts';
import type { CloudMeasurement } from '../../../scripts/bench/cloud.ts';
import { month, perMillion, totalOf } from '../../../scripts/cost/month.ts';
import { PRICES } from '../../../scripts/cost/prices.ts';
import { billed, perNoticeAndRecord } from '../../../scripts/cost/spending-model.ts';

const nothing: FunctionSpending = {
  ...{ invocations: 0, cpuMs: 0, requests: {}, sentPieces: 0, events: 0 },
  ...{ readUnits: 0, writeUnits: 0, logBytes: 0 },
};

/** Each notice writes 3 units and each record 2, each record is an event. */
const measured: CloudMeasurement = {
  machine: 'none',
  date: '2026-11-22',
  gatewayInitialisationMs: 1,
  loads: [
    { notices: 10, recordsPerNotice: 100, seconds: 1, spending: worker(10 * (3 + 200), 1_000) },
    { notices: 50, recordsPerNotice: 1, seconds: 1, spending: worker(50 * (3 + 2), 50) },
  ],
  minute: { scheduler: { ...nothing, invocations: 1, readUnits: 4 } },
  hour: { bulk: { ...nothing, writeUnits: 10 } },
};

function worker(writeUnits: number, events: number) {
  return { worker: { ...nothing, writeUnits, events } };
}

describe('what a notice and a record cost', () => {
  it('is told apart by two loads', () => {
    const { notice, record } = perNoticeAndRecord(measured);
    expect(notice.dynamoWrites).toBeCloseTo(3);
    expect(record.dynamoWrites).toBeCloseTo(2);
    expect(record.busEvents).toBeCloseTo(1);
    expect(notice.apiRequests).toBeCloseTo(1);
  });

  it('adds up to what a million records cost', () => {
    const writes = perMillion(measured, 100).find(({ price }) => price === 'dynamoWrites');
    expect(writes?.quantity).toBeCloseTo(2_000_000 + 3 * 10_000);
    expect(writes?.usd).toBeCloseTo(2.03 * PRICES.dynamoWrites.usd);
    expect(totalOf(perMillion(measured, 1))).toBeGreaterThan(totalOf(perMillion(measured, 100)));
  });
});

describe('what Lambda bills', () => {
  it('is processor time by the share that comes with the memory, and waiting', () => {
    const { lambdaGbSeconds } = billed({
      gateway: { ...nothing, invocations: 1, cpuMs: 10, requests: { 'sqs:SendMessage': 2 } },
    });
    // 512 MB come with 512 / 1,769 of a processor; two requests of 5 ms.
    expect(lambdaGbSeconds).toBeCloseTo((0.5 * (10 / (512 / 1_769) + 10)) / 1_000);
  });
});

describe('a month', () => {
  const usage = {
    orgs: 2,
    changesPerDay: 0,
    recordsPerNotice: 20,
    records: 1_000_000,
    recordKb: 1,
  };

  it('costs what is there although nothing changes', () => {
    const lines = month(measured, usage);
    const of = (price: string) => lines.find((line) => line.price === price)?.quantity;
    expect(of('dynamoReads')).toBe(4 * 30 * 24 * 60);
    expect(of('dynamoWrites')).toBe(10 * 30 * 24 * 2);
    expect(of('dynamoStorage')).toBeCloseTo(2.2);
    for (const { usd, quantity, price } of lines) {
      expect(usd).toBeCloseTo((quantity / PRICES[price].per) * PRICES[price].usd);
    }
  });

  it('costs more with more changes', () => {
    const busy = month(measured, { ...usage, changesPerDay: 100_000 });
    expect(totalOf(busy)).toBeGreaterThan(totalOf(month(measured, usage)));
  });
});
