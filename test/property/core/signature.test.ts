import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signWebhook, verifySignature } from '#core/signature.ts';

const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const seconds = fc.integer({ min: 1_000_000_000, max: 4_000_000_000 });
const body = fc.string({ unit: 'binary', maxLength: 500 });

describe('signatures, with the reference library as oracle', () => {
  it('signs as the reference does', () => {
    fc.assert(
      fc.property(secret, id, seconds, body, (key, webhookId, at, text) => {
        const reference = new Webhook(key).sign(webhookId, new Date(at * 1_000), text);
        expect(signWebhook(key, webhookId, at, Buffer.from(text))).toBe(reference);
      }),
    );
  });

  it('accepts what the reference signs, and refuses it when any byte differs', () => {
    fc.assert(
      fc.property(secret, id, seconds, body, fc.nat(), (key, webhookId, at, text, where) => {
        const signature = new Webhook(key).sign(webhookId, new Date(at * 1_000), text);
        const bytes = Buffer.from(text);
        const request = { id: webhookId, timestamp: String(at), signature, body: bytes };
        expect(verifySignature(request, [key], at * 1_000).ok).toBe(true);

        const changed = Buffer.concat([bytes, Buffer.from([0])]);
        if (bytes.length > 0) {
          const position = where % bytes.length;
          changed[position] = (bytes[position] ?? 0) ^ 1;
        }
        expect(verifySignature({ ...request, body: changed }, [key], at * 1_000).ok).toBe(false);
      }),
    );
  });

  it('never throws and never accepts what nobody signed', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 100 }), { nil: undefined });
    fc.assert(
      fc.property(secret, text, text, text, (key, webhookId, timestamp, signature) => {
        const request = { id: webhookId, timestamp, signature, body: Buffer.from('{}') };
        expect(verifySignature(request, [key], 1_700_000_000_000).ok).toBe(false);
      }),
    );
  });
});
