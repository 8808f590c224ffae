import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * A request as an HTTP API hands it to a function (payload format 2.0).
 *
 * @param path with its query
 * @param headers lower-case names
 */
export function httpEvent(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): APIGatewayProxyEventV2 {
  const url = new URL(path, 'https://receiver.example');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    queryStringParameters: Object.fromEntries(url.searchParams),
    headers,
    isBase64Encoded: false,
    ...(body !== '' && { body }),
    requestContext: {
      accountId: 'simulation',
      apiId: 'simulation',
      domainName: url.host,
      domainPrefix: 'receiver',
      http: { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '', userAgent: '' },
      requestId: 'simulation',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  };
}
