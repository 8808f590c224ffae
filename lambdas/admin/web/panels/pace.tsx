import type { Minute } from '../flow.ts';
import { count, counted, duration } from '../format.ts';
import { BarChart, total } from '../parts/bar-chart.tsx';
import { Card } from '../parts/card.tsx';
import type { FeedMode } from '../use-live.ts';

const STAGES = [
  'Saved to published',
  'Published to sent by Apex',
  'Sent to received',
  'Received to applied',
];

const FEED_MODES: Readonly<Record<FeedMode, string>> = {
  stream: 'Live',
  poll: 'Live, by long poll',
  lost: 'Not live: the receiver does not answer; trying again',
};

interface PaceProps {
  readonly minutes: readonly Minute[];
  readonly feedMode: FeedMode | undefined;
}

/** How much changes, and where the time between a save and the mirror goes. */
export function Pace({ minutes, feedMode }: PaceProps) {
  const all = total(minutes.map(({ changes }) => changes));
  return (
    <div class="columns">
      <Card
        title="Changes per minute"
        actions={
          <span class={`feed feed-${feedMode ?? 'opening'}`} role="status">
            {feedMode ? FEED_MODES[feedMode] : 'Opening the feed…'}
          </span>
        }
      >
        <BarChart
          summary={`Changes per minute over the last half hour, ${counted(all, 'change')} in all`}
          bars={minutes.map(({ startMs, changes }) => ({ atMs: startMs, parts: [changes] }))}
          series={['Changes']}
          format={count}
        />
      </Card>
      <Card title="Latency by stage">
        <Latency minutes={minutes} />
      </Card>
    </div>
  );
}

function Latency({ minutes }: Pick<PaceProps, 'minutes'>) {
  const bars = minutes.map(({ startMs, stages }) => ({
    atMs: startMs,
    parts: stages ? meansOf(stages) : STAGES.map(() => 0),
  }));
  const last = minutes.findLast(({ stages }) => stages !== undefined)?.stages;
  if (last === undefined) {
    return (
      <p class="quiet">No notice came since this page was opened: there is nothing to time.</p>
    );
  }
  const means = meansOf(last).map((mean, index) => `${STAGES[index]}: ${seconds(mean)}`);
  return (
    <>
      <BarChart
        summary={`Mean latency of notices by minute. Last: ${means.join(', ')}`}
        bars={bars}
        series={STAGES}
        format={seconds}
      />
      <p class="quiet small">Last: {means.join(' · ')}. Apex tells times in whole seconds.</p>
    </>
  );
}

function meansOf(stages: NonNullable<Minute['stages']>): readonly number[] {
  const { notices, savedToPublishedMs, savedToSentMs } = stages;
  const { sentToReceivedMs, receivedToAppliedMs } = stages;
  const publishedToSentMs = savedToSentMs - savedToPublishedMs;
  const sums = [savedToPublishedMs, publishedToSentMs, sentToReceivedMs, receivedToAppliedMs];
  return sums.map((sum) => sum / notices);
}

function seconds(ms: number): string {
  return duration(ms / 1000);
}
