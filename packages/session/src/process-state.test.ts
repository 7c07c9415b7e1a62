import { describe, expect, it } from "vitest";
import { boundedMemory } from "./process-state.ts";

describe("a bounded memory", () => {
  it("holds so many at most: the one that was not asked for longest goes", () => {
    const memory = boundedMemory<number>(2);
    memory.set("one", 1);
    memory.set("two", 2);
    memory.get("one");
    memory.set("three", 3);
    expect(["one", "two", "three"].map(memory.get)).toEqual([1, undefined, 3]);
  });

  it("counts one that is set again once, as the newest", () => {
    const memory = boundedMemory<number>(2);
    for (const key of ["one", "two", "one"]) memory.set(key, key === "two" ? 2 : 1);
    memory.set("three", 3);
    expect(["one", "two", "three"].map(memory.get)).toEqual([1, undefined, 3]);
  });

  it("forgets what is deleted", () => {
    const memory = boundedMemory<number>(2);
    memory.set("one", 1);
    memory.delete("one");
    expect(memory.get("one")).toBeUndefined();
  });
});
