import { expect, test } from "vitest";
import { parseServerTiming, untimed } from "./server-timing";

test("the total and each REST request are read, in their order", () => {
  expect(parseServerTiming('total;dur=4.2, redis;desc="read";dur=1.8, redis;desc="save";dur=1.1')).toEqual({
    totalMs: 4.2,
    roundTrips: [
      { operation: "read", ms: 1.8 },
      { operation: "save", ms: 1.1 },
    ],
  });
});

test("a name may hold what separates others, and the fields may stand in any order", () => {
  expect(parseServerTiming('redis;dur=2;desc="peek x3, all; in \\"one\\""').roundTrips).toEqual([
    { operation: 'peek x3, all; in "one"', ms: 2 },
  ]);
  expect(parseServerTiming("redis; dur = 2").roundTrips).toEqual([{ operation: "request", ms: 2 }]);
});

test("timings of others, and malformed ones, are ignored", () => {
  for (const header of [
    null,
    "",
    ",;,",
    "cdn-cache;desc=HIT",
    "edge;dur=3",
    'redis;desc="read"',
    "redis;dur=x",
  ]) {
    expect(parseServerTiming(header)).toEqual(untimed);
  }
});
