/** One change that waits for its turn, with what it is answered by. */
export interface Waiting<C, R> {
  readonly change: C;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** Makes the changes of one batch and answers each of them. */
type Work<C, R> = (batch: readonly Waiting<C, R>[]) => Promise<void>;

/**
 * The changes that one process makes, a batch at a time for each key: what arrives while a batch is under way waits and
 * becomes the next one. A hundred clicks on one server are a handful of writes, and only servers contend with each other.
 */
export interface ChangeQueue<C, R> {
  /** The newest arrival's `work` does the batch: it has the most of its deadline left. */
  add(key: string, change: C, work: Work<C, R>): Promise<R>;
}

interface Entry<C, R> extends Waiting<C, R> {
  readonly work: Work<C, R>;
}

export function createChangeQueue<C, R>(): ChangeQueue<C, R> {
  const waiting = new Map<string, Entry<C, R>[]>();

  async function drain(key: string): Promise<void> {
    for (let batch = waiting.get(key); batch?.length; batch = waiting.get(key)) {
      waiting.set(key, []);
      await batch
        .at(-1)
        ?.work(batch)
        .catch((error: unknown) => {
          for (const each of batch) each.reject(error);
        });
    }
    waiting.delete(key);
  }

  return {
    add(key, change, work) {
      return new Promise((resolve, reject) => {
        const entry = { change, work, resolve, reject };
        const others = waiting.get(key);
        if (others) {
          others.push(entry);
          return;
        }
        waiting.set(key, [entry]);
        void drain(key);
      });
    },
  };
}
