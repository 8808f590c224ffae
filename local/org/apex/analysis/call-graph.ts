import type { MethodSymbol } from '../types/symbols.ts';

/**
 * Finds which methods may wait for a callout (they and their callers become generators) and which may call themselves
 * by way of others. A call reaches the method it names and every method that overrides or implements it; all of them
 * must agree on being generators, because the caller cannot know which one it meets. And which must say whether sharing
 * is enforced: those of classes that decide it, where they or code that leaves it to them query or save.
 */
export function analyseCalls(methods: Iterable<MethodSymbol>): void {
  const all = [...closure(methods)];
  markSuspending(all);
  markRecursive(all);
  markSharing(all);
}

function closure(methods: Iterable<MethodSymbol>): Set<MethodSymbol> {
  const seen = new Set(methods);
  for (const method of seen) {
    for (const next of reaches(method)) {
      seen.add(next);
    }
    for (const relative of method.relatives) {
      seen.add(relative);
    }
  }
  return seen;
}

function reaches(method: MethodSymbol): Set<MethodSymbol> {
  const targets = new Set<MethodSymbol>();
  for (const callee of method.calls) {
    targets.add(callee);
    for (const relative of callee.relatives) {
      targets.add(relative);
    }
  }
  return targets;
}

function callersOf(methods: readonly MethodSymbol[]): Map<MethodSymbol, MethodSymbol[]> {
  const callers = new Map<MethodSymbol, MethodSymbol[]>();
  for (const method of methods) {
    for (const callee of method.calls) {
      const known = callers.get(callee);
      if (known === undefined) {
        callers.set(callee, [method]);
      } else {
        known.push(method);
      }
    }
  }
  return callers;
}

/** Goes up the calls from what queries or saves, as far as the classes on the way leave sharing to their callers. */
function markSharing(methods: readonly MethodSymbol[]): void {
  const callers = callersOf(methods);
  const depends = new Set<MethodSymbol>();
  const pending = methods.filter((method) => method.accessesData);
  for (let method = pending.pop(); method !== undefined; method = pending.pop()) {
    if (depends.has(method)) {
      continue;
    }
    depends.add(method);
    method.setsSharing = method.sharing !== undefined;
    if (method.sharing === undefined || method.sharing === 'inherited') {
      pending.push(...(callers.get(method) ?? []));
      pending.push(...[...method.relatives].flatMap((relative) => callers.get(relative) ?? []));
    }
  }
}

function markSuspending(methods: readonly MethodSymbol[]): void {
  const callers = callersOf(methods);
  const pending = methods.filter((method) => method.callsSuspending);
  for (let method = pending.pop(); method !== undefined; method = pending.pop()) {
    if (!method.suspends) {
      method.suspends = true;
      pending.push(...(callers.get(method) ?? []), ...method.relatives);
    }
  }
}

interface Visit {
  readonly method: MethodSymbol;
  readonly next: Iterator<MethodSymbol>;
}

/** Tarjan's strongly connected components, without recursion of its own. */
function markRecursive(methods: readonly MethodSymbol[]): void {
  const index = new Map<MethodSymbol, number>();
  const low = new Map<MethodSymbol, number>();
  const open: MethodSymbol[] = [];
  const isOpen = new Set<MethodSymbol>();
  const enter = (method: MethodSymbol): Visit => {
    index.set(method, index.size);
    low.set(method, index.size - 1);
    open.push(method);
    isOpen.add(method);
    return { method, next: reaches(method).values() };
  };
  const lower = (method: MethodSymbol, value: number | undefined): void => {
    low.set(method, Math.min(low.get(method) ?? 0, value ?? 0));
  };
  for (const root of methods) {
    const path = index.has(root) ? [] : [enter(root)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const step = visit.next.next();
      if (step.done === true) {
        path.pop();
        closeComponent(visit.method, index, low, open, isOpen);
        const parent = path.at(-1);
        if (parent !== undefined) {
          lower(parent.method, low.get(visit.method));
        }
      } else if (!index.has(step.value)) {
        path.push(enter(step.value));
      } else if (isOpen.has(step.value)) {
        lower(visit.method, index.get(step.value));
      }
    }
  }
}

function closeComponent(
  root: MethodSymbol,
  index: ReadonlyMap<MethodSymbol, number>,
  low: ReadonlyMap<MethodSymbol, number>,
  open: MethodSymbol[],
  isOpen: Set<MethodSymbol>,
): void {
  if (low.get(root) !== index.get(root)) {
    return;
  }
  const members = open.splice(open.indexOf(root));
  for (const member of members) {
    isOpen.delete(member);
    member.recursive = members.length > 1 || reaches(member).has(member);
  }
}
