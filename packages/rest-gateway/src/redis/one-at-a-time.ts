/**
 * Runs `task` (which must not throw), never twice at once. A call during a run makes one more run after it, for the
 * run may have begun before what the caller wants to see. Resolves after a run that began no earlier than the call.
 */
export function oneAtATime(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  const run = () => {
    waiting = undefined;
    running = task().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return run();
    waiting ??= running.then(run);
    return waiting;
  };
}
