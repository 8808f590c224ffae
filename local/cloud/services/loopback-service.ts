/** A service that listens on 127.0.0.1, on a port of its own. */
export interface LoopbackService {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** What the SDK wants to know of any service on loopback. */
export function loopbackClient(endpoint: string, accessKeyId = 'test') {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'test' } };
}
