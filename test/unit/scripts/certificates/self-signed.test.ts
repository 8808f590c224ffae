import { createSign, createVerify, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  serverCertificate,
  signingCertificate,
} from '../../../../scripts/certificates/self-signed.ts';

const NOW = Date.UTC(2026, 4, 6);

test('the certificate stands for its names, is its own authority and signed by its own key', () => {
  const { cert, key } = serverCertificate(['127.0.0.1', 'localhost', 'login.example'], NOW);
  const parsed = new X509Certificate(cert);
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(parsed.checkHost('login.example')).toBe('login.example');
  expect(parsed.checkHost('other.example')).toBeUndefined();
  expect(parsed.ca).toBe(true);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(key).toContain('BEGIN PRIVATE KEY');
});

test('it is valid now, and no longer than clients take', () => {
  const parsed = new X509Certificate(serverCertificate(['localhost'], NOW).cert);
  expect(Date.parse(parsed.validFrom)).toBeLessThanOrEqual(NOW);
  const days = (Date.parse(parsed.validTo) - Date.parse(parsed.validFrom)) / 86_400_000;
  expect(days).toBeGreaterThan(365);
  expect(days).toBeLessThan(825);
});

test('many names fit: lengths above 127 and above 255 are written right', () => {
  for (const count of [10, 60]) {
    const names = Array.from({ length: count }, (_, index) => `host-${index}.example`);
    const parsed = new X509Certificate(serverCertificate(names, NOW).cert);
    expect(parsed.checkHost(`host-${count - 1}.example`)).toBe(`host-${count - 1}.example`);
  }
});

test('a signing certificate proves what its RSA key signs, for ten years', () => {
  const { cert, key } = signingCertificate('Mixmax RTS', NOW);
  const parsed = new X509Certificate(cert);
  expect(parsed.subject).toBe('CN=Mixmax RTS');
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2_048);
  const signature = createSign('RSA-SHA256').update('claims').sign(key);
  expect(createVerify('RSA-SHA256').update('claims').verify(parsed.publicKey, signature)).toBe(
    true,
  );
  expect(new Date(parsed.validTo).getUTCFullYear()).toBe(2036);
});
