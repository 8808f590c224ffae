/** The same object, but for some of its methods: how a test makes one call of a real adapter fail. */
export function withMethods<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(original, name) {
      const own = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value = Reflect.get(original, name);
      return typeof value === 'function' ? value.bind(original) : value;
    },
  });
}
