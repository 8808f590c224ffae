import type { Ports } from '#ports/ports.ts';
import type { Life } from './life.ts';

/** What a process reaches outside itself and could die at. */
type Outside = Omit<Ports, 'clock' | 'random' | 'telemetry' | 'notifier' | 'salesforce'>;

/**
 * Ports of one process. Each call is a moment between two awaits at which the process may be killed, and waits for its
 * turn, so that processes interleave there.
 *
 * @param turn resolves when the call may go on
 */
export function mortalPorts(ports: Outside, life: Life, turn: () => Promise<void>): Outside {
  const guarded = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          life.call(async () => {
            await turn();
            // Another call of the process may have killed it while this one waited.
            return life.alive ? await member.apply(target, args) : undefined;
          });
      },
    });
  const { secrets, orgs, mirror, feed, jobs, keys, noticeQueue, bulkQueue, deadLetters, usage } =
    ports;
  const { activityQueue, activityLedger, activitySettings, userConnections, creations } = ports;
  const { pageSessions, changeLog } = ports;
  return {
    secrets: guarded(secrets),
    orgs: guarded(orgs),
    mirror: guarded(mirror),
    feed: guarded(feed),
    jobs: guarded(jobs),
    keys: guarded(keys),
    noticeQueue: guarded(noticeQueue),
    bulkQueue: guarded(bulkQueue),
    deadLetters: guarded(deadLetters),
    usage: guarded(usage),
    activityQueue: guarded(activityQueue),
    activityLedger: guarded(activityLedger),
    activitySettings: guarded(activitySettings),
    userConnections: guarded(userConnections),
    creations: guarded(creations),
    pageSessions: guarded(pageSessions),
    changeLog: guarded(changeLog),
  };
}
