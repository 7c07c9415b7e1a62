import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What a lock file says: who has the folder, and where that one answers with the nonce. A lock is held while it does:
 * unlike a process ID, an answer cannot belong to a stranger by chance.
 */
export type FolderLock = { pid: number; port: number; nonce: string };

/** The folder is another's; `pid` is that program's. */
export class FolderInUse extends Error {
  override readonly name = "FolderInUse";
  constructor(readonly pid: number) {
    super(`Another one is running in this folder (process ${pid}).`);
  }
}

const PATIENCE_MS = 10_000;

/** Writes the lock file, or throws FolderInUse. A lock whose holder is gone is taken over; one on its way out waited for. */
export async function takeLock(file: string, lock: FolderLock): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  const endsAt = Date.now() + PATIENCE_MS;
  writeFileSync(draft, JSON.stringify(lock), { mode: 0o600 });
  try {
    while (!claim(draft, file)) {
      const other = readLock(file);
      if (other && (await isHeld(other))) {
        if (isAlive(other.pid) || Date.now() > endsAt) throw new FolderInUse(other.pid);
        await pause(50);
      } else {
        rmSync(file, { force: true });
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

// A link appears whole or not at all, and for one of two that try.
function claim(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function readLock(file: string): FolderLock | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

async function isHeld({ port, nonce }: FolderLock): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1", timeout: 1_000 });
  socket.on("timeout", () => socket.destroy());
  return (await text(socket).catch(() => "")) === nonce;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
