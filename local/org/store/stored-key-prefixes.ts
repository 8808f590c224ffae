import { type KeyPrefixes, nextKeyPrefix, prefixSeries } from '../schema/key-prefixes.ts';
import type { ObjectKind } from '../schema/schema.ts';
import type { DocumentStore } from './record-store.ts';

const collection = 'keyPrefixes';

/** Key prefixes of deployed objects: an object keeps its prefix for the life of the database. */
export class StoredKeyPrefixes implements KeyPrefixes {
  readonly #documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  prefixFor(objectName: string, kind: ObjectKind): string {
    const key = objectName.toLowerCase();
    const known = this.#documents.get(collection, key);
    if (typeof known === 'string') return known;
    const series = prefixSeries(kind);
    const prefix = nextKeyPrefix(series, this.#documents.next(`${collection}:${series}`));
    this.#documents.put(collection, key, prefix);
    return prefix;
  }
}
