import type { Realm } from '../../realm.ts';
import { ApexException, type ApexObject, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { CarriedException, type FinalizerState, type QueueableState } from './job-contexts.ts';
import type { EnqueueOptions, JobContext } from './system-services.ts';

interface AsyncOptionsState {
  minimumDelayMinutes: number | null;
  maximumStackDepth: number | null;
  duplicateSignature: SignatureObject | null;
}

type SignatureObject = PlatformObject<{ readonly text: string }>;
type BuilderObject = PlatformObject<{ readonly parts: string[] }>;

class AsyncOptions extends PlatformObject<AsyncOptionsState> {
  constructor() {
    super('AsyncOptions', {
      minimumDelayMinutes: null,
      maximumStackDepth: null,
      duplicateSignature: null,
    });
  }
}

const MAXIMUM_DELAY_MINUTES = 10;

function delayOf(minutes: number | null): number {
  if (minutes !== null && (minutes < 0 || minutes > MAXIMUM_DELAY_MINUTES)) {
    throw new ApexException('AsyncException', 'The delay must be between 0 and 10 minutes.');
  }
  return minutes ?? 0;
}

function enqueueOptions({ state }: AsyncOptions): EnqueueOptions {
  return {
    delayMinutes: delayOf(state.minimumDelayMinutes),
    maximumStackDepth: state.maximumStackDepth,
    duplicateSignature: state.duplicateSignature?.state.text ?? null,
  };
}

const PLAIN: EnqueueOptions = {
  delayMinutes: 0,
  maximumStackDepth: null,
  duplicateSignature: null,
};

/** The jobs' part of `System`. */
export const systemJobMembers: Readonly<Record<string, PlatformMember>> = {
  'static Id enqueueJob(Queueable job)': (realm: Realm, _self: null, job: ApexObject) =>
    realm.system.jobs.enqueue(job, PLAIN),
  'static Id enqueueJob(Queueable job, Integer delay)': (
    realm: Realm,
    _self: null,
    job: ApexObject,
    delay: number | null,
  ) => realm.system.jobs.enqueue(job, { ...PLAIN, delayMinutes: delayOf(delay) }),
  'static Id enqueueJob(Queueable job, AsyncOptions options)': (
    realm: Realm,
    _self: null,
    job: ApexObject,
    options: AsyncOptions | null,
  ) => realm.system.jobs.enqueue(job, options === null ? PLAIN : enqueueOptions(options)),
  'static void attachFinalizer(Finalizer finalizer)': (
    realm: Realm,
    _self: null,
    finalizer: ApexObject,
  ) => {
    realm.system.jobs.attachFinalizer(finalizer);
    return null;
  },
  'static void abortJob(String jobId)': (realm: Realm, _self: null, jobId: string) => {
    realm.system.jobs.abort(jobId);
    return null;
  },
};

/** A read-write property over a member of the state. */
function option(name: keyof AsyncOptionsState): PlatformMember {
  return (_realm: Realm, self: AsyncOptions, ...value: ApexValue[]): ApexValue => {
    if (value.length > 0) {
      Object.assign(self.state, { [name]: value[0] ?? null });
    }
    return self.state[name];
  };
}

function currentJob(realm: Realm): JobContext {
  const { current } = realm.system.jobs;
  if (current === null) {
    throw new ApexException(
      'AsyncException',
      'AsyncInfo is only available in a queueable context.',
    );
  }
  return current;
}

type FinalizerObject = PlatformObject<FinalizerState>;

export const jobTypes = [
  platformType({
    name: 'Queueable',
    kind: 'interface',
    members: { 'void execute(QueueableContext context)': null },
  }),
  platformType({ name: 'Database.AllowsCallouts', kind: 'interface', members: {} }),
  platformType({
    name: 'QueueableContext',
    kind: 'interface',
    members: {
      'Id getJobId()': (_realm: Realm, self: PlatformObject<QueueableState>) => self.state.jobId,
    },
  }),
  platformType({
    name: 'Finalizer',
    kind: 'interface',
    members: { 'void execute(FinalizerContext context)': null },
  }),
  platformType({
    name: 'FinalizerContext',
    kind: 'interface',
    members: {
      'Id getAsyncApexJobId()': (_realm: Realm, self: FinalizerObject) => self.state.jobId,
      'String getRequestId()': (_realm: Realm, self: FinalizerObject) => self.state.requestId,
      'ParentJobResult getResult()': (_realm: Realm, self: FinalizerObject) =>
        enumValue('ParentJobResult', self.state.succeeded ? 'SUCCESS' : 'UNHANDLED_EXCEPTION'),
      'Exception getException()': (_realm: Realm, self: FinalizerObject) => {
        const { exception } = self.state;
        return exception === null
          ? null
          : new CarriedException(exception.type, exception.message, exception.stack);
      },
    },
  }),
  platformType({
    name: 'ParentJobResult',
    kind: 'enum',
    enumValues: ['SUCCESS', 'UNHANDLED_EXCEPTION'],
    members: {},
  }),
  platformType({
    name: 'AsyncOptions',
    members: {
      'new()': () => new AsyncOptions(),
      'get set Integer MinimumQueueableDelayInMinutes': option('minimumDelayMinutes'),
      'get set Integer MaximumQueueableStackDepth': option('maximumStackDepth'),
      'get set QueueableDuplicateSignature DuplicateSignature': option('duplicateSignature'),
    },
  }),
  platformType({ name: 'QueueableDuplicateSignature', members: {} }),
  platformType({
    name: 'QueueableDuplicateSignature.Builder',
    members: {
      'new()': () => new PlatformObject('QueueableDuplicateSignature.Builder', { parts: [] }),
      'QueueableDuplicateSignature.Builder addString(String value)': addPart,
      'QueueableDuplicateSignature.Builder addId(Id value)': addPart,
      'QueueableDuplicateSignature.Builder addInteger(Integer value)': addPart,
      'QueueableDuplicateSignature build()': (_realm: Realm, self: BuilderObject) =>
        new PlatformObject('QueueableDuplicateSignature', {
          text: JSON.stringify(self.state.parts),
        }),
    },
  }),
  platformType({
    name: 'AsyncInfo',
    members: {
      'static Integer getCurrentQueueableStackDepth()': (realm: Realm) =>
        currentJob(realm).stackDepth,
      'static Integer getMaximumQueueableStackDepth()': (realm: Realm) =>
        currentJob(realm).maximumStackDepth,
      'static Integer getMinimumQueueableDelayInMinutes()': (realm: Realm) =>
        currentJob(realm).minimumDelayMinutes,
      'static Boolean hasMaxStackDepth()': (realm: Realm) => currentJob(realm).hasMaximumStackDepth,
    },
  }),
];

function addPart(_realm: Realm, self: BuilderObject, value: string | number | null): ApexValue {
  self.state.parts.push(`${typeof value}:${String(value)}`);
  return self;
}
