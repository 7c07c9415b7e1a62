import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSessionId } from "../session-id.ts";
import { seenSessions } from "./seen-sessions.ts";

const key = () => `session:${createSessionId()}`;
const seen = (text = "{}", ttlMs = 60_000) => ({ text, ttlMs, nowMs: 1_000 });

describe("what a server has seen of sessions", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => vi.useRealTimers());

  it("is the latest text, with its times moved on", () => {
    const memory = seenSessions();
    memory.set("one", seen("old"));
    memory.set("one", seen("new"));
    vi.advanceTimersByTime(2_500);
    expect(memory.get("one")).toEqual({ text: "new", ttlMs: 57_500, nowMs: 3_500 });
    expect(memory.get("two")).toBeNull();
  });

  it("goes with the session's own end, and takes no room after it", () => {
    const memory = seenSessions();
    memory.set("short", seen("{}", 1_000));
    memory.set("unread", seen("{}", 1_000));
    vi.advanceTimersByTime(1_000);
    expect(memory.get("short")).toBeNull();
    vi.advanceTimersByTime(60_000);
    memory.set("next", seen());
    expect(memory.size.sessions).toBe(1);
  });

  it("goes at once when the session is known to have ended, and what was read before that comes too late", () => {
    const memory = seenSessions();
    memory.set("one", seen());
    memory.end("one");
    expect(memory.size).toEqual({ sessions: 0, bytes: 0, ended: 1 });
    vi.advanceTimersByTime(59_000);
    memory.set("one", seen());
    expect(memory.get("one")).toBeNull();
    vi.advanceTimersByTime(1_000);
    memory.set("two", seen());
    expect(memory.size.ended).toBe(0);
  });

  it("is no base for a second after a conflict, so that who has lost is the faster one", () => {
    const memory = seenSessions();
    memory.set("one", seen());
    memory.contend("one");
    expect(memory.get("one")).toBeNull();
    vi.advanceTimersByTime(1_000);
    expect(memory.get("one")).not.toBeNull();
  });

  it("keeps those that were used last, within its bound", () => {
    const memory = seenSessions(3 * 1_000);
    for (const name of ["a", "b", "c"]) memory.set(name, seen("x".repeat(500)));
    memory.get("a");
    memory.set("d", seen("x".repeat(500)));
    expect(["a", "b", "c", "d"].filter((name) => memory.get(name))).toEqual(["a", "c", "d"]);
    expect(memory.size.bytes).toBeLessThanOrEqual(3_000);
    // Two bytes a character.
    memory.set("e", seen("é🧳".repeat(250)));
    expect(memory.size.sessions).toBe(2);
  });
});

it("10,000 sessions take at most 11 MB, and so does any number of the largest", () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  for (const [count, length] of [
    [10_000, 500],
    [10_000, 8_000],
  ] as const) {
    const memory = seenSessions();
    const before = heap();
    for (let each = 0; each < count; each++)
      memory.set(key(), {
        text: JSON.stringify({ each, filler: "x".repeat(length) }),
        ttlMs: 60_000,
        nowMs: Date.now(),
      });
    const grownMb = (heap() - before) / 1024 / 1024;
    expect(grownMb).toBeLessThan(11);
    expect(memory.size.sessions).toBeGreaterThan(1_000);
    if (length === 500) expect(memory.size.sessions).toBe(count);
  }
});
