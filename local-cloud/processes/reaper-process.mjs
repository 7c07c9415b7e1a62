// The process reaper of a local cloud: a small process that outlives it just long enough to end its programs, however the
// local cloud itself ended (kill -9 too). It holds the lock on the data folder for that time.
// Plain JavaScript, so that it starts at once and needs nothing.
//
//   argv: lock file, nonce    stdin: lines "+PID" and "-PID", its end = the local cloud's end    stdout: the lock's port
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 3_000;
const [lockFile = "", nonce = ""] = process.argv.slice(2);
/** @type {Set<number>} */
const groups = new Set();

// Ctrl-C and the end of a terminal are the local cloud's to act upon.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

const lock = createServer((socket) => socket.on("error", () => {}).end(nonce));
lock.listen(0, "127.0.0.1", () => console.log(lock.address().port));

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith("+")) groups.add(Number(line.slice(1)));
  if (line.startsWith("-")) groups.delete(Number(line.slice(1)));
}

signalAll("SIGTERM");
signalAll("SIGCONT");
await allEnd();
signalAll("SIGKILL");
// A killed program holds its files and ports for a moment more; where nobody collects the dead it stays in the list for good.
await allEnd();
if (attempt(() => readFileSync(lockFile, "utf8").includes(nonce))) rmSync(lockFile, { force: true });
process.exit();

function signalAll(signal) {
  for (const group of groups) attempt(() => process.kill(-group, signal));
}

/** Waits for all of them, and no longer than the patience lasts. */
async function allEnd() {
  const endsAt = Date.now() + PATIENCE_MS;
  const isAlive = (group) => attempt(() => process.kill(-group, 0));
  while ([...groups].some(isAlive) && Date.now() < endsAt) await pause(20);
}

function attempt(action) {
  try {
    return action();
  } catch {
    return false; // The group is gone.
  }
}
