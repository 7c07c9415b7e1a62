import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSessionId } from "../session-id.ts";
import { openedSeals } from "./seal.ts";

const id = createSessionId();
const now = new Date("2026-11-25T12:00:00Z").getTime();

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("seals that were opened", () => {
  it("are known until their own end, and not at it", () => {
    const seals = openedSeals();
    seals.set("seal", id, now + 1000);
    vi.setSystemTime(now + 999);
    expect(seals.get("seal")).toBe(id);
    vi.setSystemTime(now + 1000);
    expect(seals.get("seal")).toBeUndefined();
    vi.setSystemTime(now);
    expect(seals.get("seal"), "forgotten for good").toBeUndefined();
  });

  it("that are over are not known", () => {
    const seals = openedSeals();
    seals.set("seal", id, now);
    expect(seals.get("seal")).toBeUndefined();
  });

  it("are as many as may be: the one that was not used for longest goes", () => {
    const seals = openedSeals(2);
    for (const seal of ["one", "two"]) seals.set(seal, id, now + 1000);
    seals.get("one");
    seals.set("three", id, now + 1000);
    expect(["one", "two", "three"].map((seal) => seals.get(seal))).toEqual([id, undefined, id]);
  });
});
