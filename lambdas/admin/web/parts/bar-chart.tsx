import { clockTime } from '../format.ts';

interface Bar {
  /** ms since the epoch */
  readonly atMs: number;
  /** From the bottom up; one for each series. */
  readonly parts: readonly number[];
}

interface BarChartProps {
  /** What is shown and what it comes to: what a screen reader says in place of the picture. */
  readonly summary: string;
  readonly bars: readonly Bar[];
  readonly series: readonly string[];
  readonly format: (value: number) => string;
}

const WIDTH = 600;
const HEIGHT = 120;
const BASE = HEIGHT - 18;
const TOP = 14;

/** Stacked bars over time, drawn without a library: attributes and classes only, as the page's policy wants. */
export function BarChart({ summary, bars, series, format }: BarChartProps) {
  const most = Math.max(0, ...bars.map(({ parts }) => total(parts)));
  const step = WIDTH / Math.max(1, bars.length);
  const [first, last] = [bars[0], bars.at(-1)];
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary}>
        <line class="axis" x1={0} x2={WIDTH} y1={BASE} y2={BASE} />
        <text class="tick" x={0} y={10}>
          {format(most)}
        </text>
        {bars.map((bar, index) => (
          <Column key={bar.atMs} bar={bar} x={index * step} width={step * 0.8} most={most} />
        ))}
        {first && (
          <text class="tick" x={0} y={HEIGHT - 4}>
            {clockTime(first.atMs)}
          </text>
        )}
        {last && (
          <text class="tick tick-end" x={WIDTH} y={HEIGHT - 4}>
            {clockTime(last.atMs)}
          </text>
        )}
      </svg>
      {series.length > 1 && (
        <figcaption>
          {series.map((name, index) => (
            <span key={name} class="legend">
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <rect class={`series-${index}`} width={10} height={10} />
              </svg>
              {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

interface ColumnProps {
  readonly bar: Bar;
  readonly x: number;
  readonly width: number;
  readonly most: number;
}

function Column({ bar, x, width, most }: ColumnProps) {
  if (most === 0) return null;
  let y = BASE;
  return (
    <>
      {bar.parts.map((part, index) => {
        const height = (part / most) * (BASE - TOP);
        y -= height;
        return (
          <rect
            key={`${bar.atMs}-${index}`}
            class={`series-${index}`}
            x={x}
            y={y}
            width={width}
            height={height}
          />
        );
      })}
    </>
  );
}

export function total(parts: readonly number[]): number {
  return parts.reduce((sum, part) => sum + part, 0);
}
