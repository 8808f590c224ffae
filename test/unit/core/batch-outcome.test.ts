import { describe, expect, it } from 'vitest';
import { batchResponse } from '#core/batch-outcome.ts';
import { AppError } from '#core/errors.ts';

describe('batchResponse', () => {
  it('names the failed messages and nothing else', () => {
    const outcomes = [{ messageId: 'a' }, { messageId: 'b', error: new Error('x') }];
    expect(batchResponse(outcomes)).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
    expect(batchResponse([{ messageId: 'a' }])).toEqual({ batchItemFailures: [] });
    expect(batchResponse([])).toEqual({ batchItemFailures: [] });
  });

  it('throws when every message failed, without quoting a foreign error', () => {
    const outcomes = [{ messageId: 'a', error: new Error("ada@x.example isn't unique") }];
    expect(() => batchResponse(outcomes)).toThrow(AppError);
    expect(() => batchResponse(outcomes)).not.toThrow(/ada@x/);
  });
});
