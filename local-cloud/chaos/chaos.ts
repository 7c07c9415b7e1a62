import { ChaosRefused } from "./chaos-refused";
import { type ChaosActionName, findChaosAction, type Stage } from "./find-chaos-action";

export type ChaosStatus = { name: ChaosActionName; state: "running" | "done" | "failed" };

/** Failures on purpose, one at a time, for a person to watch. */
export type Chaos = {
  /** The one that runs, or the last. */
  readonly status: ChaosStatus | null;
  /**
   * Begins it, and does not wait for its end.
   *
   * @param answered resolves when the one who asks has an answer: a server that is to crash may be the one
   * @throws ChaosRefused
   */
  begin(name: string, instanceName: string | undefined, answered: Promise<unknown>): void;
  /** The local cloud ends: the one that runs starts nothing any more. */
  close(): void;
};

export type ChaosOptions = Omit<Stage, "signal" | "answered"> & { say: (line: string) => void };

export function createChaos({ say, ...parts }: ChaosOptions): Chaos {
  const closing = new AbortController();
  let status: ChaosStatus | null = null;
  return {
    get status() {
      return status;
    },
    begin(name, instanceName, answered) {
      closing.signal.throwIfAborted();
      if (status?.state === "running") throw new ChaosRefused(409, "Another action is running.");
      const action = findChaosAction(name, instanceName, { ...parts, answered, signal: closing.signal });
      status = { name: action.name, state: "running" };
      action.run().then(
        () => {
          status = { name: action.name, state: "done" };
        },
        (error) => {
          status = { name: action.name, state: "failed" };
          if (!closing.signal.aborted)
            say(`The action ${action.name} failed: ${error instanceof Error ? error.message : error}`);
        },
      );
    },
    close() {
      closing.abort();
    },
  };
}
