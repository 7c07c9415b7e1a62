import { readdirSync, readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second, on every machine of today. */
const TICKS_A_SECOND = 100;

/** The CPU time that a process and those which it started have used so far, in seconds: what the operating system counted. */
export function cpuSeconds(groupLeader: number): number {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((fields) => Number(fields[GROUP]) === groupLeader)
    .reduce((sum, fields) => sum + (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_A_SECOND, 0);
}

// Counted from after the program's name, which may hold spaces: see proc(5).
const [GROUP, USER, SYSTEM] = [2, 11, 12];

function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return []; // It has ended.
  }
}
