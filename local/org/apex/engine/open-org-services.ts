import type { EngineOptions } from './create-engine.ts';
import { TriggerIndex } from './dml/trigger-runner.ts';
import { EventBus } from './event-bus.ts';
import { JobQueue } from './job-queue.ts';
import type { OrgServices } from './org-services.ts';
import { RemoteSites } from './remote-sites.ts';
import { UsageMeter } from './usage-meter.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Of an org with few licences (Execution Governors and Limits; Platform Event Allocations, Enterprise Edition). */
const DEFAULT_ASYNC_EXECUTIONS = 250_000;
const DEFAULT_PUBLISHED_EVENTS = 250_000;
const UNKNOWN_API_REQUESTS = { used: 0, maximum: 100_000 };

export function openOrgServices(
  options: EngineOptions,
  scheduleJob: (key: string) => void,
): OrgServices {
  const { store, scheduler } = options;
  const now = () => scheduler.now();
  const { documents } = store;
  const publishedEvents = new UsageMeter({
    documents,
    name: 'HourlyPublishedPlatformEvents',
    maximum: options.maximumPublishedEvents ?? DEFAULT_PUBLISHED_EVENTS,
    windowMs: HOUR_MS,
    bucketMs: MINUTE_MS,
    now,
  });
  return {
    schema: options.schema,
    store,
    soql: options.soql,
    program: options.program,
    triggers: new TriggerIndex(options.program.triggers),
    bus: new EventBus({ documents, now, published: publishedEvents }),
    queue: new JobQueue(store),
    remoteSites: new RemoteSites(options.remoteSites, options.calloutMap),
    random: options.random.fork('engine'),
    now,
    cpuNow: options.cpuNow ?? (() => 0),
    organizationId: options.organizationId,
    asyncExecutions: new UsageMeter({
      documents,
      name: 'DailyAsyncApexExecutions',
      maximum: options.maximumAsyncExecutions ?? DEFAULT_ASYNC_EXECUTIONS,
      windowMs: 24 * HOUR_MS,
      bucketMs: 15 * MINUTE_MS,
      now,
    }),
    publishedEvents,
    apiRequests: options.apiRequests ?? (() => UNKNOWN_API_REQUESTS),
    debug: options.debug ?? (() => {}),
    scheduleJob,
  };
}
