/** One HTTP exchange with Salesforce. Real sockets in production, a function call in a simulation. */
export interface HttpTransport {
  /**
   * Resolves with any status. Redirects are not followed.
   * @throws AppError salesforce-unavailable (retryable) when no answer came
   */
  send(request: TransportRequest): Promise<TransportResponse>;
}

export interface TransportRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Read once. */
  readonly body: AsyncIterable<Uint8Array>;
}
