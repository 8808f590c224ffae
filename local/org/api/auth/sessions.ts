import { createHash } from 'node:crypto';
import type { Scheduler } from '../../../scheduler.ts';
import type { Random } from '../../../seeded-random.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import type { Session } from '../api-call.ts';

/** Of a session that OAuth gave; it slides with use. */
export const SESSION_LIFETIME_MS = 2 * 60 * 60 * 1000;

/** A session in use is prolonged only when this much of its life is gone, to save writes. */
const PROLONG_AFTER_MS = 10 * 60 * 1000;

const COLLECTION = 'sessions';

interface SessionDocument {
  readonly userId: string;
  readonly issuedMs: number;
  /** Milliseconds since the epoch; null for a token that never expires. */
  readonly expiresMs: number | null;
}

export interface SessionStore {
  /** What is known of a token, without prolonging its session; undefined as for `find`. */
  look(token: string): SessionDocument | undefined;
  /**
   * A new access token, `00D…!…` with the 15-character org id in front.
   * @param lifetimeMs null for a token that never expires
   */
  issue(userId: string, lifetimeMs: number | null): string;
  /** Undefined when the token is unknown, revoked or expired. */
  find(token: string): Session | undefined;
  /** False when there was no such session. */
  revoke(token: string): boolean;
  /** Forgets sessions that nobody ended and nobody uses any more. */
  dropExpired(): void;
}

export interface SessionDeps {
  /** 18 characters. */
  readonly orgId: string;
  readonly documents: DocumentStore;
  readonly scheduler: Scheduler;
  readonly random: Random;
}

/** Sessions in the org's database, by the hash of their token. */
export function createSessionStore(deps: SessionDeps): SessionStore {
  const { documents, scheduler } = deps;

  function read(key: string): SessionDocument | undefined {
    const document = documents.get(COLLECTION, key) as SessionDocument | undefined;
    if (document?.expiresMs == null || document.expiresMs > scheduler.now()) return document;
    documents.delete(COLLECTION, key);
    return undefined;
  }

  return {
    issue(userId, lifetimeMs) {
      const secret = Buffer.from(deps.random.bytes(72)).toString('base64url').replaceAll('-', '.');
      const token = `${deps.orgId.slice(0, 15)}!AQ${secret}`;
      const expiresMs = lifetimeMs === null ? null : scheduler.now() + lifetimeMs;
      const session: SessionDocument = { userId, issuedMs: scheduler.now(), expiresMs };
      documents.put(COLLECTION, keyOf(token), session);
      return token;
    },
    look: (token) => read(keyOf(token)),
    find(token) {
      const key = keyOf(token);
      const document = read(key);
      if (document === undefined) return undefined;
      const freshExpiryMs = scheduler.now() + SESSION_LIFETIME_MS;
      if (document.expiresMs !== null && freshExpiryMs - document.expiresMs > PROLONG_AFTER_MS) {
        documents.put(COLLECTION, key, { ...document, expiresMs: freshExpiryMs });
      }
      return { userId: document.userId, token };
    },
    dropExpired() {
      for (const { key } of documents.list(COLLECTION)) read(key);
    },
    revoke(token) {
      const key = keyOf(token);
      if (read(key) === undefined) return false;
      documents.delete(COLLECTION, key);
      return true;
    },
  };
}

function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
