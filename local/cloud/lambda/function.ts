import { type FunctionSettings, Instance } from './instance.ts';

export interface LambdaFunctionOptions extends FunctionSettings {
  /** Copies that run at the same time at the most; what is above waits. */
  readonly maxInstances: number;
  /** How far ahead of the machine's clock the function's is, ms. */
  readonly aheadMs: () => number;
}

/** A function as Lambda runs it: copies are started at need, kept, and given one event each at a time. */
export class LambdaFunction {
  readonly name: string;
  readonly #options: LambdaFunctionOptions;
  readonly #instances = new Set<Instance>();
  readonly #waiting: (() => void)[] = [];
  #starting = 0;

  constructor(options: LambdaFunctionOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** @throws FunctionError */
  async invoke(event: unknown): Promise<unknown> {
    const instance = await this.#instance();
    try {
      return await instance.invoke(event, this.#options.aheadMs());
    } finally {
      this.#waiting.shift()?.();
    }
  }

  /** Ends every copy, whatever it does: the next event meets a new one. */
  async kill(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
    this.#instances.clear();
  }

  async #instance(): Promise<Instance> {
    for (;;) {
      for (const instance of this.#instances) {
        if (!instance.alive) this.#instances.delete(instance);
        else if (instance.idle) return instance;
      }
      if (this.#instances.size + this.#starting < this.#options.maxInstances) return this.#start();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #start(): Promise<Instance> {
    this.#starting += 1;
    try {
      const instance = await Instance.start(this.#options);
      this.#instances.add(instance);
      return instance;
    } finally {
      this.#starting -= 1;
    }
  }
}
