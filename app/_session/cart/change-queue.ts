/** Sends one change after the other, in the order in which they were made. */
export interface ChangeQueue {
  run<T>(send: () => Promise<T>): Promise<T>;
  isBusy(): boolean;
  /** When all that was made so far, and what came in meanwhile, has been answered. */
  settled(): Promise<void>;
  /** The page goes away: whatever waits is sent at once. */
  flush(): void;
}

export function changeQueue(): ChangeQueue {
  const waiting: (() => void)[] = [];
  let settling: (() => void)[] = [];
  let running = 0;

  function goOn() {
    if (running > 0) return;
    const start = waiting.shift();
    if (start) return start();
    for (const done of settling) done();
    settling = [];
  }

  return {
    run: (send) =>
      new Promise((resolve, reject) => {
        waiting.push(() => {
          running += 1;
          const over = () => {
            running -= 1;
            goOn();
          };
          // The answer is passed on before the next change is sent.
          send().then(resolve, reject).finally(over);
        });
        goOn();
      }),
    isBusy: () => running + waiting.length > 0,
    settled: () =>
      new Promise((resolve) => {
        settling.push(resolve);
        goOn();
      }),
    flush() {
      for (const start of waiting.splice(0)) start();
    },
  };
}
