import { createHash } from 'node:crypto';
import type { Random } from '../../../seeded-random.ts';
import type { DocumentStore } from '../../store/record-store.ts';

const COLLECTION = 'refreshTokens';

interface RefreshTokenDocument {
  readonly clientId: string;
  readonly userId: string;
}

export interface RefreshTokens {
  issue(clientId: string, userId: string): string;
  /** The user's id (18 characters), or undefined when the token is unknown, revoked or another client's. */
  find(token: string, clientId: string): string | undefined;
  /** Whoever it was issued to; undefined when the token is unknown or revoked. */
  look(token: string): RefreshTokenDocument | undefined;
  /** Whether the user let the client have one that is still good. */
  isHeld(clientId: string, userId: string): boolean;
  /** False when there was no such token. */
  revoke(token: string): boolean;
}

/** Refresh tokens in the org's database, by their hash; they do not expire. */
export function createRefreshTokens(documents: DocumentStore, random: Random): RefreshTokens {
  const keyOf = (token: string): string => createHash('sha256').update(token).digest('hex');
  return {
    issue(clientId, userId) {
      const token = `5Aep8${Buffer.from(random.bytes(64)).toString('base64url')}`;
      documents.put(COLLECTION, keyOf(token), { clientId, userId } satisfies RefreshTokenDocument);
      return token;
    },
    find(token, clientId) {
      const found = documents.get(COLLECTION, keyOf(token)) as RefreshTokenDocument | undefined;
      return found?.clientId === clientId ? found.userId : undefined;
    },
    look: (token) => documents.get(COLLECTION, keyOf(token)) as RefreshTokenDocument | undefined,
    isHeld: (clientId, userId) =>
      documents.list(COLLECTION).some(({ document }) => {
        const held = document as RefreshTokenDocument;
        return held.clientId === clientId && held.userId === userId;
      }),
    revoke(token) {
      if (documents.get(COLLECTION, keyOf(token)) === undefined) return false;
      documents.delete(COLLECTION, keyOf(token));
      return true;
    },
  };
}
