import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openText, SEAL_IV_BYTES, sealText } from '#core/sealed-text.ts';

const iv = () => randomBytes(SEAL_IV_BYTES);

it('opens with the same secret for the same purpose only', () => {
  const sealed = sealText('secret', 'sign-in', 'text \u{1F511}', iv());
  expect(openText('secret', 'sign-in', sealed)).toBe('text \u{1F511}');
  expect(openText('other', 'sign-in', sealed)).toBeUndefined();
  expect(openText('secret', 'else', sealed)).toBeUndefined();
  expect(sealed).not.toContain('text');
});

it.each(['', 'short', '!!!', 'A'.repeat(37)])('opens nothing that is none: %j', (sealed) => {
  expect(openText('secret', 'sign-in', sealed)).toBeUndefined();
});

it('opens nothing that was altered, at whatever place', () => {
  const sealed = Buffer.from(sealText('secret', 'sign-in', 'text', iv()), 'base64url');
  for (let place = 0; place < sealed.length; place += 1) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(place) ^ 1, place);
    expect(
      openText('secret', 'sign-in', altered.toString('base64url')),
      `${place}`,
    ).toBeUndefined();
  }
});
