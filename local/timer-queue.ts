import type { Timer } from './scheduler.ts';

export interface DueTask {
  /** Milliseconds since the epoch on the scheduler's own clock. */
  readonly dueMs: number;
  /** Breaks ties between tasks due at the same millisecond. */
  readonly order: number;
  readonly label: string;
  readonly run: () => void | Promise<void>;
}

/** Tasks by due time (a binary heap); cancelled ones are dropped when they come up. */
export class TimerQueue {
  readonly #heap: DueTask[] = [];
  readonly #cancelled = new Set<DueTask>();

  get size(): number {
    return this.#heap.length - this.#cancelled.size;
  }

  add(task: DueTask): Timer {
    this.#heap.push(task);
    this.#siftUp(this.#heap.length - 1);
    return {
      cancel: () => {
        if (this.#heap.includes(task)) this.#cancelled.add(task);
      },
    };
  }

  peek(): DueTask | undefined {
    while (this.#heap[0] !== undefined && this.#cancelled.delete(this.#heap[0])) this.#removeTop();
    return this.#heap[0];
  }

  /** Takes the first task due at or before `untilMs`. */
  takeDue(untilMs: number): DueTask | undefined {
    const first = this.peek();
    if (first === undefined || first.dueMs > untilMs) return undefined;
    this.#removeTop();
    return first;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#cancelled.clear();
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #siftDown(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      if (left >= this.#heap.length) return;
      const child = right < this.#heap.length && this.#earlier(right, left) ? right : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    if (!this.#earlier(child, parent)) return false;
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }

  #earlier(left: number, right: number): boolean {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    if (a === undefined || b === undefined) return false;
    return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
  }
}
