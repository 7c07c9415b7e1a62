import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { throttle } from "./throttle";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a flood is cut short once, and the next window speaks again", () => {
  const said: string[] = [];
  const say = throttle((line) => said.push(line), { limit: 2, windowMs: 1_000, rest: "more in the log" });
  for (const line of ["1", "2", "3", "4"]) say(line);
  expect(said).toEqual(["1", "2", "more in the log"]);
  vi.advanceTimersByTime(1_000);
  say("5");
  expect(said.at(-1)).toBe("5");
});
