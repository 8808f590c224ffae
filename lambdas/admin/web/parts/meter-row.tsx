import { count, percent } from '../format.ts';

interface MeterRowProps {
  readonly label: string;
  readonly used: number;
  readonly max: number;
}

/** How much of something is used up. */
export function MeterRow({ label, used, max }: MeterRowProps) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td class="number">{count(used)}</td>
      <td class="number">{count(max)}</td>
      <td class="number">{count(Math.max(0, max - used))}</td>
      <td>
        <meter
          aria-label={`${label}, used`}
          min={0}
          max={max}
          low={max * 0.7}
          high={max * 0.9}
          optimum={0}
          value={used}
        />{' '}
        {percent(used, max)}
      </td>
    </tr>
  );
}
