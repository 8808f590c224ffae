import type { Delays } from './apex/engine/delays.ts';
import type { DeliveryFaults } from './apex/engine/event-delivery.ts';
import type { Faults } from './faults.ts';

/** Queues that armed faults slow down. */
export function withDelayFaults(delays: Delays, faults: Faults): Delays {
  const extra = (kind: 'slow-events' | 'slow-jobs', object: string | undefined): number =>
    faults.take([kind], { object })?.delayMs ?? 0;
  return {
    bus: (random, object) => delays.bus(random, object) + extra('slow-events', object),
    queue: (random, className) => delays.queue(random, className) + extra('slow-jobs', className),
    redelivery: (retry) => delays.redelivery(retry),
  };
}

/** Batches of events that come again. */
export function deliveryFaults(faults: Faults): DeliveryFaults {
  return {
    take: (object) => faults.take(['event-redelivered', 'event-duplicated'], { object })?.kind,
  };
}
