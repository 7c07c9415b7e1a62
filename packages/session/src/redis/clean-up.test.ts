import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StoreUnavailable } from "../store.ts";
import { cleanUp } from "./clean-up.ts";

const log = vi.spyOn(console, "error").mockImplementation(() => {});
const outage = () => Promise.reject(new StoreUnavailable("destroy", "timeout"));

beforeEach(() => {
  vi.useFakeTimers();
  log.mockClear();
});
afterEach(() => vi.useRealTimers());

it("tries again after an outage, and is done with the first success", async () => {
  const work = vi
    .fn(async () => {})
    .mockImplementationOnce(outage)
    .mockImplementationOnce(outage);
  const cleaning = cleanUp(work);
  await vi.runAllTimersAsync();
  await cleaning;
  expect(work).toHaveBeenCalledTimes(3);
  expect(log).not.toHaveBeenCalled();
});

it("gives up in the end, says so, and never rejects", async () => {
  for (const [work, tries] of [
    [vi.fn(outage), 4],
    [vi.fn(() => Promise.reject(new TypeError("a bug"))), 1],
  ] as const) {
    log.mockClear();
    const cleaning = cleanUp(work);
    await vi.runAllTimersAsync();
    await expect(cleaning).resolves.toBeUndefined();
    expect(work).toHaveBeenCalledTimes(tries);
    expect(log).toHaveBeenCalledOnce();
  }
});

it("does a bounded number at once, and others again once they are over", async () => {
  const work = vi.fn(outage);
  const cleaning = Array.from({ length: 100 }, () => cleanUp(work));
  expect(work).toHaveBeenCalledTimes(32);
  await vi.runAllTimersAsync();
  await Promise.all(cleaning);
  const after = vi.fn(async () => {});
  await cleanUp(after);
  expect(after).toHaveBeenCalledOnce();
});
