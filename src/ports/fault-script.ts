/** Failures a test asks a fake for, and the record of what the fake was asked. */

export interface FakeCall<M extends string> {
  readonly method: M;
  readonly args: readonly unknown[];
}

/** How a failure behaves; `performed` means the work is done first and only the answer is lost. */
export interface FaultOptions {
  readonly times?: number;
  readonly performed?: boolean;
}

interface Planned {
  readonly error: Error;
  readonly performed: boolean;
  left: number;
}

export interface FaultScript<M extends string> {
  /** Every call so far, oldest first, failed ones too. */
  readonly calls: readonly FakeCall<M>[];
  /** Makes the next call of `method` fail (or the next `times`); plans of one method are used up in order. */
  fail(method: M, error: Error, options?: FaultOptions): void;
  /** Forgets every plan. */
  clear(): void;
  /** Used by the fake itself around the work of every method. */
  run<T>(method: M, args: readonly unknown[], work: () => T | Promise<T>): Promise<T>;
}

/** A script without plans. */
export function faultScript<M extends string>(): FaultScript<M> {
  const calls: FakeCall<M>[] = [];
  const plans = new Map<M, Planned[]>();

  function take(method: M): Planned | null {
    const queue = plans.get(method) ?? [];
    const plan = queue[0];
    if (plan === undefined) return null;
    plan.left -= 1;
    if (plan.left === 0) queue.shift();
    return plan;
  }

  return {
    calls,
    fail(method, error, { times = 1, performed = false } = {}) {
      const queue = plans.get(method) ?? [];
      plans.set(method, queue);
      if (times > 0) queue.push({ error, performed, left: times });
    },
    clear: () => plans.clear(),
    async run(method, args, work) {
      calls.push({ method, args });
      const plan = take(method);
      if (plan === null) return work();
      if (plan.performed) await work();
      throw plan.error;
    },
  };
}
