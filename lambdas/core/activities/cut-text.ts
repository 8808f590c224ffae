const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What Salesforce keeps of a subject, and of a comment. It counts UTF-16 units. */
const MAX_SUBJECT = 255;
const MAX_COMMENTS = 32_000;

const ELLIPSIS = '…';
const CUT_MARK = '\n[…]';

/** One line without control characters, cut where a character ends as people see it: never inside an emoji. */
export function cutSubject(subject: string): string {
  return cut(subject.replaceAll(/\p{Cc}+/gu, ' '), MAX_SUBJECT, ELLIPSIS);
}

/** U46: what does not fit is cut, and the cut is marked. */
export function cutComments(text: string): string {
  return cut(text, MAX_COMMENTS, CUT_MARK);
}

/** For a field of so many characters. */
export function cutText(text: string, max: number): string {
  return max > ELLIPSIS.length ? cut(text, max, ELLIPSIS) : text.slice(0, max);
}

function cut(text: string, max: number, mark: string): string {
  if (text.length <= max) return text;
  const room = max - mark.length;
  // A character may be made of many units; one that begins before the end of the room may not fit.
  const window = text.slice(0, room + 64);
  let end = 0;
  for (const { index, segment } of CHARACTERS.segment(window)) {
    if (index + segment.length > room) break;
    end = index + segment.length;
  }
  return text.slice(0, end) + mark;
}
