/** Runs so much work at once, lets so much wait, and refuses the rest before it starts. */
export interface BoundedQueue {
  /** How much works, and how much waits for its turn. */
  readonly load: { readonly running: number; readonly waiting: number };
  /** Whether work of this owner that came now would be refused. */
  isFull(owner?: string): boolean;
  /**
   * Starts the work when its turn comes: first come, first served. Settles as the work does.
   *
   * @param owner whose work it is; without one, it counts for nobody
   * @returns `null` where too many wait already, or its owner has as many places as it may; the work never starts
   */
  tryRun<T>(work: () => Promise<T>, owner?: string): Promise<T> | null;
}

export interface QueueBounds {
  readonly maxRunning: number;
  readonly maxWaiting: number;
  /** Of one owner, running and waiting: who sends without a pause leaves places for the others. Default: all. */
  readonly maxEach?: number;
}

export function boundedQueue({ maxRunning, maxWaiting, maxEach = Infinity }: QueueBounds): BoundedQueue {
  let running = 0;
  const waiting: (() => void)[] = [];
  /** How many places each owner has; nobody with none is in it. */
  const places = new Map<string, number>();

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

  async function runFor<T>(owner: string, work: () => Promise<T>): Promise<T> {
    places.set(owner, (places.get(owner) ?? 0) + 1);
    try {
      return await runInTurn(work);
    } finally {
      const left = (places.get(owner) ?? 1) - 1;
      if (left > 0) places.set(owner, left);
      else places.delete(owner);
    }
  }

  const isFull = (owner?: string) =>
    (running === maxRunning && waiting.length === maxWaiting) ||
    (owner !== undefined && (places.get(owner) ?? 0) >= maxEach);
  return {
    get load() {
      return { running, waiting: waiting.length };
    },
    isFull,
    tryRun(work, owner) {
      if (isFull(owner)) return null;
      return owner === undefined ? runInTurn(work) : runFor(owner, work);
    },
  };
}
