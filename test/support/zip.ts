import { zip as zipFiles } from '../../local/org/zip-writer.ts';

/** A zip archive of text files, as a deploy carries it. */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files);
  return zipFiles(entries.map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
}
