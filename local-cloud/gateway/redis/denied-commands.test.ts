import { expect, test } from "vitest";
import { isDenied } from "./denied-commands";

test.each([
  ["subscribe", "news"],
  ["Multi"],
  ["SELECT", "1"],
  ["client", "reply", "off"],
  ["BLPOP", "list", "0"],
  ["XREAD", "COUNT", "1", "block", "0", "STREAMS", "s", "$"],
  ["SCRIPT", "DEBUG", "YES"],
  ["SHUTDOWN"],
])("%s is denied", (...args) => {
  expect(isDenied(args)).toBe(true);
});

test.each([
  ["GET", "SELECT"],
  ["PUBLISH", "news", "hello"],
  ["XREAD", "STREAMS", "BLOCK", "0"],
  ["SCRIPT", "LOAD", "return 1"],
  ["FLUSHALL"],
  ["PING"],
])("%s is not", (...args) => {
  expect(isDenied(args)).toBe(false);
});
