/** Stands for a process that dies: no code of ours may catch it. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** When to die: before the n-th call of any port had its effect, or after. */
export interface CrashPoint {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Ports whose calls are counted together, each of which may be the process's last. */
export function crashingPorts<P extends object>(ports: P, points: readonly CrashPoint[]): P {
  let calls = 0;
  const dies = (call: number, when: CrashPoint['when']) =>
    points.some((point) => point.call === call && point.when === when);

  const guard = (method: (...args: unknown[]) => unknown) =>
    function guarded(this: unknown, ...args: unknown[]): unknown {
      calls += 1;
      const call = calls;
      if (dies(call, 'before')) return Promise.reject(new Crash(`before call ${call}`));
      const result = method.apply(this, args);
      if (!(result instanceof Promise)) return result;
      return result.then((value) => {
        if (dies(call, 'after')) throw new Crash(`after call ${call}`);
        return value;
      });
    };

  const entries = Object.entries(ports).map(([name, port]) => [name, guarded(port, guard)]);
  return Object.fromEntries(entries);
}

/** Clock, randomness and log do not take part: they store nothing. */
function guarded(port: unknown, guard: (method: (...args: unknown[]) => unknown) => unknown) {
  if (typeof port !== 'object' || port === null || 'sleep' in port || 'metric' in port) return port;
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? guard(member.bind(target)) : member;
    },
  });
}
