import { describe, expect, it } from "vitest";
import { createSessionId } from "../session-id.ts";
import { knownIds } from "./known-ids.ts";

const opened = (id = createSessionId()) => ({ id, secret: "a secret", expiresAt: 1 });

describe("what a process knows of IDs", () => {
  it("is the handle and the seal that was opened last", () => {
    const known = knownIds(10);
    const one = opened();
    known.rememberSeal("first seal", one);
    known.rememberHandle(one.id, "0123456789ab");
    known.rememberSeal("second seal", one);
    expect(known.handle(one.id)).toBe("0123456789ab");
    expect(known.openedSeal("second seal")).toEqual(one);
    expect(known.openedSeal("first seal")).toBeUndefined();
  });

  it("is nothing any more once the ID is forgotten", () => {
    const known = knownIds(10);
    const one = opened();
    known.rememberSeal("seal", one);
    known.rememberHandle(one.id, "0123456789ab");
    known.forget(one.id);
    expect(known.openedSeal("seal")).toBeUndefined();
    expect(known.handle(one.id)).toBeUndefined();
    expect(known.size).toEqual({ ids: 0, seals: 0 });
  });

  it("is of so many at most, those that were asked for last, with their seals", () => {
    const known = knownIds(2);
    const [one, two, three] = [opened(), opened(), opened()];
    known.rememberSeal("one", one);
    known.rememberSeal("two", two);
    known.openedSeal("one");
    known.rememberSeal("three", three);
    expect(["one", "two", "three"].map((seal) => known.openedSeal(seal)?.id)).toEqual([
      one.id,
      undefined,
      three.id,
    ]);
    expect(known.size).toEqual({ ids: 2, seals: 2 });
  });
});
