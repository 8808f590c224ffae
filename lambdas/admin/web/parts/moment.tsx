import { ago, dateTime } from '../format.ts';

interface MomentProps {
  /** ISO UTC; absent = it has not come yet. */
  readonly at: string | undefined;
  /** Receiver's clock: says how long ago. */
  readonly now?: string | undefined;
  readonly absent?: string;
}

/** A time in the reader's language and time zone, with how long ago it was. */
export function Moment({ at, now, absent = 'not yet' }: MomentProps) {
  if (!at) return <span class="quiet">{absent}</span>;
  return (
    <>
      <time dateTime={at}>{dateTime(at)}</time>{' '}
      {now && <span class="quiet nowrap">{ago(at, now)}</span>}
    </>
  );
}
