import { aptInstall } from "@/local-cloud/processes/apt-install";
import { findOnPath } from "@/local-cloud/processes/find-on-path";
import type { Command } from "@/local-cloud/processes/owned-process";

/** How far a clock is off, in hours: ahead, behind, or right. */
export type Skew = 1 | 0 | -1;

/** Only what tells the time of day is off: timers and `performance.now()` go on as they are. */
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

export async function findFaketime(): Promise<string | undefined> {
  const present = findOnPath(["faketime"]);
  if (present || !(await aptInstall("faketime", console.log))) return present;
  return findOnPath(["faketime"]);
}
