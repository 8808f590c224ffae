import { createHash } from 'node:crypto';
import type { SourceFile } from './apex/program.ts';
import type { DocumentStore } from './store/record-store.ts';

const SOURCE = 'deployedSource';
const STATE = 'deployState';

interface StateDocument {
  /** Of all files; the same hash means nothing to do. */
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly deployedMs: number;
}

/** What a deploy does to the source. */
export interface SourceChange {
  /** Put over what is there, by path. */
  readonly files: readonly SourceFile[];
  /** Paths that go. */
  readonly removed: readonly string[];
}

/** Deployed source in the org's database: a restart compiles what was deployed last. */
export interface DeployedSource {
  readonly files: readonly SourceFile[];
  /** Milliseconds since the epoch; when the org was made if nothing was deployed. */
  readonly deployedMs: number;
  /** The files as they would be. */
  after(change: SourceChange): readonly SourceFile[];
  isCurrent(files: readonly SourceFile[]): boolean;
  /** Has these files and no others. */
  save(files: readonly SourceFile[], nowMs: number): void;
}

export function openDeployedSource(documents: DocumentStore, nowMs: number): DeployedSource {
  if (documents.get(STATE, 'state') === undefined) {
    documents.put(STATE, 'state', { hash: hashOf([]), deployedMs: nowMs } satisfies StateDocument);
  }
  /** Read each time: a deploy whose transaction failed leaves what was there before. */
  const state = (): StateDocument => documents.get(STATE, 'state') as StateDocument;
  const files = (): SourceFile[] =>
    documents.list(SOURCE).map(({ key, document }) => ({ path: key, text: String(document) }));

  return {
    get files() {
      return files();
    },
    get deployedMs() {
      return state().deployedMs;
    },
    after({ files: newer, removed }) {
      const gone = new Set(removed.map((path) => path.toLowerCase()));
      const kept = files().filter(({ path }) => !gone.has(path.toLowerCase()));
      const merged = new Map([...kept, ...newer].map((file) => [file.path.toLowerCase(), file]));
      return [...merged.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    isCurrent: (candidate) => hashOf(candidate) === state().hash,
    save(saved, savedMs) {
      const kept = new Set(saved.map(({ path }) => path));
      for (const { path } of files()) if (!kept.has(path)) documents.delete(SOURCE, path);
      for (const { path, text } of saved) documents.put(SOURCE, path, text);
      const state: StateDocument = { hash: hashOf(saved), deployedMs: savedMs };
      documents.put(STATE, 'state', state);
    },
  };
}

function hashOf(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex');
}
