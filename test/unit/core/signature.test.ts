import { describe, expect, it } from 'vitest';
import { signWebhook, TOLERANCE_MS, verifySignature } from '#core/signature.ts';

/** The vector of the Standard Webhooks reference tests. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const TIMESTAMP = 1_614_265_330;
const BODY = Buffer.from('{"test": 2432232314}');
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const NOW_MS = TIMESTAMP * 1_000;
const OTHER = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

const request = {
  id: ID,
  timestamp: String(TIMESTAMP),
  signature: SIGNATURE,
  body: BODY,
};

describe('signWebhook', () => {
  it('signs as the reference does', () => {
    expect(signWebhook(SECRET, ID, TIMESTAMP, BODY)).toBe(SIGNATURE);
  });

  it.each(['', 'whsec_', 'whsec_not base64!', SECRET.slice(6)])(
    'refuses the secret %j',
    (secret) => {
      expect(() => signWebhook(secret, ID, TIMESTAMP, BODY)).toThrow(RangeError);
    },
  );
});

describe('verifySignature', () => {
  it('accepts the reference vector', () => {
    expect(verifySignature(request, [SECRET], NOW_MS)).toEqual({
      ok: true,
      webhookId: ID,
      timestampMs: NOW_MS,
    });
  });

  it('accepts any of several signatures, by either of two secrets', () => {
    const wrong = signWebhook(OTHER, ID, TIMESTAMP, BODY);
    for (const signature of [`${wrong} ${SIGNATURE}`, `v1a,xyz ${SIGNATURE}`]) {
      expect(verifySignature({ ...request, signature }, [SECRET], NOW_MS).ok).toBe(true);
    }
    expect(verifySignature(request, [OTHER, SECRET], NOW_MS).ok).toBe(true);
    expect(verifySignature(request, [OTHER, OTHER, SECRET], NOW_MS).ok).toBe(false);
  });

  it('allows clocks 300 s apart either way, not more', () => {
    for (const direction of [-1, 1]) {
      const edge = NOW_MS + direction * TOLERANCE_MS;
      expect(verifySignature(request, [SECRET], edge).ok).toBe(true);
      expect(verifySignature(request, [SECRET], edge + direction)).toEqual({
        ok: false,
        reason: 'timestamp',
      });
    }
  });

  it.each([
    ['another body', { body: Buffer.from('{"test": 2432232315}') }],
    ['another id', { id: 'msg_other' }],
    ['another timestamp', { timestamp: String(TIMESTAMP + 1) }],
    ['a cut signature', { signature: 'v1,g0hM9SsE+OTPJTGt' }],
    ['a signature with trailing bits', { signature: SIGNATURE.replace('1OE=', '1OF=') }],
  ])('refuses %s', (_what, change) => {
    const refused = verifySignature({ ...request, ...change }, [SECRET], NOW_MS);
    expect(refused.ok).toBe(false);
  });

  it.each([
    ['no id', { id: undefined }],
    ['an id with a dot', { id: 'a.b' }],
    ['an id with a line break', { id: 'a\nb' }],
    ['no timestamp', { timestamp: undefined }],
    ['a timestamp that is no whole number', { timestamp: '1e9' }],
    ['a negative timestamp', { timestamp: '-1' }],
    ['no signature', { signature: undefined }],
    ['another version only', { signature: SIGNATURE.replace('v1', 'v2') }],
  ])('calls %s malformed', (_what, change) => {
    const refused = verifySignature({ ...request, ...change }, [SECRET], NOW_MS);
    expect(refused).toEqual({ ok: false, reason: 'malformed' });
  });

  it('refuses a validly signed id with a dot, which could move the border between the parts', () => {
    const signature = signWebhook(SECRET, 'a.1', TIMESTAMP, BODY);
    expect(verifySignature({ ...request, id: 'a.1', signature }, [SECRET], NOW_MS).ok).toBe(false);
  });

  it('never accepts what the stand-in for a missing key signs', () => {
    const dummy = `whsec_${Buffer.alloc(32, 'no such key').toString('base64')}`;
    const signature = signWebhook(dummy, ID, TIMESTAMP, BODY);
    for (const secrets of [[], ['whsec_'], ['not a secret']]) {
      expect(verifySignature({ ...request, signature }, secrets, NOW_MS)).toEqual({
        ok: false,
        reason: 'signature',
      });
    }
  });
});
