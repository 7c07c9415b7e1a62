/** Runs so much work at once, lets so much wait, and refuses the rest before it starts. */
export interface BoundedQueue {
  /** Whether work that came now would be refused. */
  readonly isFull: boolean;
  /**
   * Starts the work when its turn comes: first come, first served. Settles as the work does.
   *
   * @returns `null` where too many wait already; the work never starts
   */
  tryRun<T>(work: () => Promise<T>): Promise<T> | null;
}

export interface QueueBounds {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

export function boundedQueue({ maxRunning, maxWaiting }: QueueBounds): BoundedQueue {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function runInTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < maxRunning) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes to the next in line, and is never free in between: nobody overtakes.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  const isFull = () => running === maxRunning && waiting.length === maxWaiting;
  return {
    get isFull() {
      return isFull();
    },
    tryRun: (work) => (isFull() ? null : runInTurn(work)),
  };
}
