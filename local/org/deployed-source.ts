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

/** Deployed source in the org's database: a restart compiles what was deployed last. */
export interface DeployedSource {
  readonly files: readonly SourceFile[];
  /** Milliseconds since the epoch; when the org was made if nothing was deployed. */
  readonly deployedMs: number;
  /** The stored files with newer ones over them. */
  with(newer: readonly SourceFile[]): readonly SourceFile[];
  isCurrent(files: readonly SourceFile[]): boolean;
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
    with(newer) {
      const merged = new Map([...files(), ...newer].map((file) => [file.path.toLowerCase(), file]));
      return [...merged.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    isCurrent: (candidate) => hashOf(candidate) === state().hash,
    save(saved, savedMs) {
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
