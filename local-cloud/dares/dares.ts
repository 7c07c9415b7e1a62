import { DareRefused } from "./dare-refused";
import { type DareName, findDare, type Stage } from "./find-dare";

export type DareStatus = { name: DareName; state: "running" | "done" | "failed" };

/** Failures on purpose, one at a time, for a person to watch. */
export type Dares = {
  /** The one that runs, or the last. */
  readonly status: DareStatus | null;
  /**
   * Begins it, and does not wait for its end.
   *
   * @param answered resolves when the one who asks has an answer: a server that is to crash may be the one
   * @throws DareRefused
   */
  begin(name: string, instanceName: string | undefined, answered: Promise<unknown>): void;
  /** The local cloud ends: the one that runs starts nothing any more. */
  close(): void;
};

export type DaresOptions = Omit<Stage, "signal" | "answered"> & { say: (line: string) => void };

export function createDares({ say, ...parts }: DaresOptions): Dares {
  const closing = new AbortController();
  let status: DareStatus | null = null;
  return {
    get status() {
      return status;
    },
    begin(name, instanceName, answered) {
      closing.signal.throwIfAborted();
      if (status?.state === "running") throw new DareRefused(409, "Another dare is running.");
      const dare = findDare(name, instanceName, { ...parts, answered, signal: closing.signal });
      status = { name: dare.name, state: "running" };
      dare.run().then(
        () => {
          status = { name: dare.name, state: "done" };
        },
        (error) => {
          status = { name: dare.name, state: "failed" };
          if (!closing.signal.aborted)
            say(`The dare ${dare.name} failed: ${error instanceof Error ? error.message : error}`);
        },
      );
    },
    close() {
      closing.abort();
    },
  };
}
