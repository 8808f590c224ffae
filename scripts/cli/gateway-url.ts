import { SfError } from '@salesforce/core';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * @returns the address without a slash at the end
 * @throws SfError for what is no address, has a path, or would send keys in the clear to another machine
 */
export function gatewayUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'https:';
  const local = url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (url !== undefined && bare && (secure || local)) return url.origin;
  throw SfError.create({
    name: 'InvalidGatewayUrl',
    message: `--gateway-url "${text}" is no address of a receiver: it is https://host, without a path.`,
    actions: ['On AWS it is the output GatewayUrl; on one machine http://127.0.0.1:8080.'],
  });
}
