import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderInUse } from "./folder-lock";
import type { Command } from "./owned-process";
import { poll } from "./poll";
import { startProcessReaper } from "./process-reaper";

const STUBBORN: Command = [
  process.execPath,
  "-e",
  "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)",
];
const MEEK: Command = [process.execPath, "-e", "setInterval(() => {}, 1e6)"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reaper-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockFile = () => join(folder, "lock.json");
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a folder has one owner at a time, and is free again afterwards", async () => {
  const first = await startProcessReaper(folder);
  await expect(startProcessReaper(folder)).rejects.toThrow(FolderInUse);
  await expect(startProcessReaper(folder)).rejects.toThrow(`process ${process.pid}`);
  await first.close();
  expect(existsSync(lockFile())).toBe(false);
  await (await startProcessReaper(folder)).close();
});

test.each([
  ["whose holder is gone", JSON.stringify({ pid: process.pid, port: 1, nonce: "x" })],
  ["that is not readable", "{"],
])("a lock %s is taken over", async (_, content) => {
  writeFileSync(lockFile(), content);
  await (await startProcessReaper(folder)).close();
});

test("closing ends every program, and starts no other", async () => {
  const reaper = await startProcessReaper(folder);
  const programs = [reaper.spawn(MEEK), reaper.spawn(MEEK)];
  programs[1]?.signal("SIGSTOP");
  await reaper.close();
  expect(programs.map(({ isRunning }) => isRunning)).toEqual([false, false]);
  expect(() => reaper.spawn(MEEK)).toThrow("closing");
});

test("an owner that is killed leaves no program behind, and the folder to the next", async () => {
  const script = `
    import { startProcessReaper } from ${JSON.stringify(new URL("./process-reaper.ts", import.meta.url).href)};
    const reaper = await startProcessReaper(${JSON.stringify(folder)});
    const programs = [${JSON.stringify(STUBBORN)}, ${JSON.stringify(MEEK)}].map((command) => reaper.spawn(command));
    programs[1].signal("SIGSTOP");
    console.log(JSON.stringify(programs.map(({ pid }) => pid)));
    setInterval(() => {}, 1e6);`;
  const owner = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await once(owner.stdout, "data");
  const pids: number[] = JSON.parse(String(output));
  expect(pids.every(isAlive)).toBe(true);
  const gone = once(owner, "exit");
  owner.kill("SIGKILL");
  await gone;
  // The next one waits for the reaper of the first rather than share its data.
  const next = await startProcessReaper(folder);
  expect(pids.some(isAlive)).toBe(false);
  await next.close();
});

test("a program that cannot be started says so", async () => {
  const reaper = await startProcessReaper(folder);
  const program = reaper.spawn(["/no/such/program"]);
  await program.exited;
  expect(program.lastOutput).toContain("ENOENT");
  await reaper.close();
});

test("processes that a program leaves in its group end with it", async () => {
  const reaper = await startProcessReaper(folder);
  const script = `const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"]);
    console.log(child.pid); setTimeout(() => process.exit(), 50)`;
  const program = reaper.spawn([process.execPath, "-e", script]);
  await program.exited;
  const pid = Number(program.lastOutput);
  await poll("the grandchild to end", () => !isAlive(pid));
  await reaper.close();
});
