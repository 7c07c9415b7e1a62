import { execFileSync } from "node:child_process";
import { aptInstall } from "@/local-cloud/processes/apt-install";
import { findOnPath } from "@/local-cloud/processes/find-on-path";
import type { Command } from "@/local-cloud/processes/owned-process";

/** How far a clock is off, in hours: ahead, right, or behind. */
export type Skew = 1 | 0 | -1;

/** Only the time of day is off: timers and `performance.now()` go on as they are. */
export const skewEnv = { FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" };

/**
 * The command that runs a program whose clock is off; `null` where this system has no `faketime` and cannot install it.
 * https://github.com/wolfcw/libfaketime
 */
export async function withSkew(hours: Skew, command: Command): Promise<Command | null> {
  if (hours === 0) return command;
  const faketime = await findFaketime();
  // `-m`: for programs with several threads.
  return faketime ? [faketime, "-m", "-f", `${hours > 0 ? "+" : ""}${hours}h`, ...command] : null;
}

/** A program whose clock is as far off as a file says, such as `+1h`, now and later. */
export async function settableClock(file: string, command: Command) {
  const faketime = await findFaketime();
  if (!faketime) throw new Error("There is no faketime on this system.");
  // Set by the program of that name, the offset would stay as it is.
  const print = ["-m", "-f", "+0h", "sh", "-c", "printf %s $LD_PRELOAD"];
  const library = execFileSync(faketime, print, { encoding: "utf8" });
  const env = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1", ...skewEnv };
  return { command, env };
}

export async function findFaketime(): Promise<string | undefined> {
  const present = findOnPath(["faketime"]);
  if (present || !(await aptInstall("faketime", console.log))) return present;
  return findOnPath(["faketime"]);
}
