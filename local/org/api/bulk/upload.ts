import type { LineEnding } from './job.ts';

/** How an upload is kept: documents of this many characters. */
const CHARACTERS_PER_PIECE = 1_000_000;

export function cutUpload(text: string, charactersPerPiece = CHARACTERS_PER_PIECE): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = endBetweenCharacters(text, start + charactersPerPiece);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** Never in the middle of a character that takes two code units: each half alone would be unreadable. */
function endBetweenCharacters(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

/** How the first line of an upload ends; undefined when it has no end. Heads hold no line breaks. */
export function uploadLineEnding(pieces: Iterable<string>): LineEnding | undefined {
  for (const piece of pieces) {
    const end = piece.indexOf('\n');
    if (end < 0) return undefined;
    return piece[end - 1] === '\r' ? 'CRLF' : 'LF';
  }
  return undefined;
}

/** The first line of an upload as the caller sent it, without its end. */
export function uploadHeader(pieces: Iterable<string>): string {
  for (const piece of pieces) {
    const end = piece.indexOf('\n');
    const line = end < 0 ? piece : piece.slice(0, end);
    return line.replace(/^\uFEFF/, '').replace(/\r$/, '');
  }
  return '';
}
