import { expect, test } from 'vitest';
import { gatewayUrl } from '../../../../scripts/cli/gateway-url.ts';
import { harmless } from '../../../../scripts/cli/harmless.ts';

test.each([
  ['https://rts.example.com', 'https://rts.example.com'],
  ['https://rts.example.com/', 'https://rts.example.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://localhost:8080/', 'http://localhost:8080'],
])('%s is an address', (given, url) => expect(gatewayUrl(given)).toBe(url));

test.each([
  'rts.example.com',
  'http://rts.example.com',
  'https://rts.example.com/v1',
  'https://rts.example.com/?a=b',
  'https://user:secret@rts.example.com',
  'http://127.0.0.1.evil.example',
  'ftp://rts.example.com',
  '',
])('%s is refused: a key must not go there', (given) =>
  expect(() => gatewayUrl(given)).toThrow('is no address of a receiver'),
);

test('what could steer a terminal is taken out of every text, at any depth', () => {
  const hostile = {
    name: '\u001b[2JAda\u0007',
    list: ['a\u202eb', { deep: '\u009b31m' }],
    count: 3,
  };
  expect(harmless(hostile)).toEqual({ name: '[2JAda', list: ['ab', { deep: '31m' }], count: 3 });
  expect(harmless('line one\n\tline two')).toBe('line one\n\tline two');
});
