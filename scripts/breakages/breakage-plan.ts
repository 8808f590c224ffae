import type { PlanItem } from './breakage.ts';
import { conditionsCopy } from './conditions-copy.ts';
import { finishing } from './finishing.ts';
import { gateway } from './gateway.ts';
import { hostile } from './hostile.ts';
import { noticing } from './noticing.ts';
import { records } from './records.ts';
import { handingOver, queueing } from './sending.ts';
import { standingAside } from './standing-aside.ts';

/** The items of the plan of Apex tests in order, each with what is broken to prove its tests. */
export const breakagePlan: readonly PlanItem[] = [
  ...noticing,
  ...standingAside,
  handingOver,
  ...gateway,
  finishing,
  ...records,
  queueing,
  hostile,
  conditionsCopy,
].toSorted((one, other) => one.item - other.item);
