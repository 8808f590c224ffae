import type { DocumentStore } from '../../store/record-store.ts';

interface RecentItem {
  readonly object: string;
  /** 18 characters. */
  readonly id: string;
}

export interface RecentItems {
  /** Remembers that the user looked at or saved a record; the newest comes first. */
  touch(userId: string, item: RecentItem): void;
  list(userId: string): readonly RecentItem[];
}

const COLLECTION = 'recentItems';
const KEPT = 200;

export function createRecentItems(documents: DocumentStore): RecentItems {
  const list = (userId: string): readonly RecentItem[] =>
    (documents.get(COLLECTION, userId) as RecentItem[] | undefined) ?? [];
  return {
    list,
    touch(userId, item) {
      const others = list(userId).filter(({ id }) => id !== item.id);
      documents.put(COLLECTION, userId, [item, ...others].slice(0, KEPT));
    },
  };
}
