import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { boundedMemory } from "./bounded-memory.ts";

/** The heap in use after the garbage was collected, in MB. */
function heapMb(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("There is no garbage collector to call.");
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Of about 100 KB, of which 40 characters are a key: cut out, as a cookie is cut out of its header. */
function keyOfHeader(at: number): string {
  const header = Buffer.alloc(100_000, `session=${String(at).padStart(40, "0")}; `).toString("latin1");
  return header.slice("session=".length, "session=".length + 40);
}

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

  it("hands over what goes, by itself or deleted, and not what another takes the place of", () => {
    const gone: number[] = [];
    const memory = boundedMemory<number>(2, (value) => gone.push(value));
    memory.set("one", 1);
    memory.set("one", 11);
    memory.set("two", 2);
    memory.set("three", 3);
    memory.delete("three");
    expect(gone).toEqual([11, 3]);
    expect(memory.size).toBe(1);
  });

  it("forgets what is deleted", () => {
    const memory = boundedMemory<number>(2);
    memory.set("one", 1);
    memory.delete("one");
    expect(memory.get("one")).toBeUndefined();
  });

  it("does not hold on to the header that a key was cut out of, first seen and seen again", () => {
    const memory = boundedMemory<number>(10_000);
    const beforeMb = heapMb();
    for (let at = 0; at < 300; at++) memory.set(keyOfHeader(at), at);
    expect(heapMb() - beforeMb).toBeLessThan(5);
    for (let at = 0; at < 300; at++) expect(memory.get(keyOfHeader(at))).toBe(at);
    expect(heapMb() - beforeMb).toBeLessThan(5);
  });
});
