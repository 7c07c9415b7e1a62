import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";
import {
  type Command,
  type OwnedProcess,
  type SpawnOptions,
  spawnOwned,
} from "@/local-cloud/processes/owned-process";

/** What a program of a check came to. */
export type Result = { readonly ok: boolean; readonly says: string };

/** Where a program runs, and in which environment. */
export type Place = Pick<SpawnOptions, "cwd" | "env">;

export interface ProgramRunner {
  /** `well` or `fails`, by the exit code. */
  run(command: Command, place?: Place): Promise<Result>;
  /** Tests, and how many of them passed. The command gets the path of the report that its JSON reporter writes. */
  runTests(command: (report: string) => Command, place?: Place): Promise<Result>;
}

export interface ProgramRunnerOptions {
  /** For each program, in milliseconds. */
  readonly limitMs: number;
  /** For the reports of tests. */
  readonly folder: string;
  /** On Ctrl-C, after the program under way has ended. */
  readonly cleanUp?: () => Promise<void>;
}

const FORCE_AFTER_MS = 20_000;

/** Runs programs one after the other in this terminal. Ctrl-C ends the one under way, and this process. */
export function createProgramRunner({ limitMs, folder, cleanUp }: ProgramRunnerOptions): ProgramRunner {
  let running: OwnedProcess | undefined;
  onStopSignal({
    stop: () =>
      (running?.end(FORCE_AFTER_MS) ?? Promise.resolve()).then(cleanUp).finally(() => process.exit(130)),
    force: () => process.exit(130),
  });

  const run = async (command: Command, place: Place = {}): Promise<Result> => {
    const env = { NEXT_TELEMETRY_DISABLED: "1", ...place.env };
    running = spawnOwned(command, { ...place, env, inherit: true });
    const limit = setTimeout(() => running?.end(FORCE_AFTER_MS), limitMs);
    await running.exited;
    clearTimeout(limit);
    const ok = running.exitCode === 0;
    return { ok, says: ok ? "well" : "fails" };
  };

  return {
    run,
    async runTests(command, place) {
      await mkdir(folder, { recursive: true });
      const report = resolve(folder, `${randomUUID()}.json`);
      const { ok } = await run(command(report), place);
      const tally = JSON.parse(await readFile(report, "utf8").catch(() => "{}"));
      // A program that failed without a failed test could not start, or broke off.
      if (tally.numPassedTests === undefined) return { ok: false, says: "do not start" };
      const says = `${tally.numPassedTests} passed, ${tally.numFailedTests} failed`;
      return { ok, says: ok || tally.numFailedTests > 0 ? says : `${says}, and an error` };
    },
  };
}
