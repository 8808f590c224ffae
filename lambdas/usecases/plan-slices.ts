import { AppError } from '#core/errors.ts';
import { halvesOf, type Slice, sliceCondition, WHOLE_OBJECT } from '#core/slices.ts';
import type { Salesforce } from '#ports/salesforce.ts';

/** A job of so many rows is done long before Salesforce's time is up, and little is lost when it is not. */
const ROWS_PER_SLICE = 2_000_000;
const MAX_SLICES = 64;

/**
 * Cuts an object into slices that hold about so many rows at most (R11), by counting halves of halves. Costs one call
 * for a small object, some two for each slice of a large one. What Salesforce cannot count in time is cut blindly.
 */
export async function planSlices(
  salesforce: Pick<Salesforce, 'count'>,
  object: string,
  where: string | undefined,
  options: { readonly all: boolean; readonly nowMs: number; readonly rowsPerSlice?: number },
): Promise<readonly Slice[]> {
  const { all, nowMs, rowsPerSlice = ROWS_PER_SLICE } = options;
  const fits = async (slice: Slice): Promise<boolean> => {
    const conditions = [where, sliceCondition(slice)].filter((one) => one !== undefined);
    const condition = conditions.length === 0 ? undefined : conditions.join(' AND ');
    try {
      return (await salesforce.count(object, condition, { all })) <= rowsPerSlice;
    } catch (error) {
      // Not an outage: the query itself took too long.
      if (error instanceof AppError && error.code === 'salesforce-refused') return false;
      throw error;
    }
  };
  const ready: Slice[] = [];
  const open: Slice[] = [WHOLE_OBJECT];
  for (let slice = open.shift(); slice !== undefined; slice = open.shift()) {
    const room = ready.length + open.length + 2 <= MAX_SLICES;
    const halves = room && !(await fits(slice)) ? halvesOf(slice, nowMs) : undefined;
    if (halves === undefined) ready.push(slice);
    else open.unshift(...halves);
  }
  return ready;
}
