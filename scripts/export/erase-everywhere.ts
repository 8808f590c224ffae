import type { AskOrg } from './org-api.ts';

interface Answer {
  readonly counts: Readonly<Record<string, number>>;
  readonly next?: string;
}

/** What each count of `POST /erasures` is, in words. */
const WORDS: Readonly<Record<string, string>> = {
  records: 'records of the mirror emptied of what Salesforce does not show',
  feedEvents: 'events of the feed emptied',
  activities: 'activities made anonymous',
  deadLetters: 'dead letters emptied',
  creations: 'notes of created people deleted',
  connections: 'users disconnected',
  settings: 'entries of settings deleted',
  changes: 'lines of the log of changes made anonymous',
  findings: 'findings of audits deleted',
  stillShown: 'live records still name the person, because Salesforce does',
  busy: 'activities are being written: erase again in ten minutes',
};

/** Calls until the erasure is through. @returns a line for each kind of data that there was any of */
export async function eraseEverywhere(
  ask: AskOrg,
  who: { readonly email?: string | undefined; readonly recordId?: string | undefined },
): Promise<readonly string[]> {
  const sums = new Map(Object.keys(WORDS).map((name) => [name, 0]));
  for (let body: object | undefined = who; body !== undefined; ) {
    const { counts, next } = (await ask('POST', '/erasures', body)) as Answer;
    for (const [name, count] of Object.entries(counts)) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
    body = next === undefined ? undefined : { after: next };
  }
  const lines = [...sums].flatMap(([name, count]) =>
    count === 0 ? [] : [`${String(count).padStart(8)} ${WORDS[name] ?? name}`],
  );
  return lines.length === 0 ? ['Nothing of the person is stored.'] : lines;
}
