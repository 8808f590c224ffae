import { describe, expect, it } from 'vitest';
import { once } from '#core/once.ts';

describe('once', () => {
  it('opens at first use and keeps what it opened', async () => {
    let opened = 0;
    const open = once(async () => ++opened);
    expect(opened).toBe(0);
    expect(await Promise.all([open(), open()])).toEqual([1, 1]);
    expect(await open()).toBe(1);
  });

  it('tries again after a failure', async () => {
    let attempts = 0;
    const open = once(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('not yet');
      return attempts;
    });
    await expect(open()).rejects.toThrow('not yet');
    expect(await open()).toBe(2);
  });
});
