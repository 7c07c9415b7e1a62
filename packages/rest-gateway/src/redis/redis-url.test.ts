import { expect, test } from "vitest";
import { parseRedisUrl } from "./redis-url.ts";

test.each([
  ["redis://localhost", "single", ["redis://localhost"]],
  ["rediss://u:p%40@h:6380/2", "single", ["rediss://u:p%40@h:6380/2"]],
  ["redis://a:1,b:2", "replicated", ["redis://a:1", "redis://b:2"]],
  ["redis://:p@a:1,b:2/3", "replicated", ["redis://:p@a:1/3", "redis://:p@b:2/3"]],
  ["redis+cluster://a:1", "cluster", ["redis://a:1"]],
  ["rediss+cluster://u:p@a:1,[::1]:2", "cluster", ["rediss://u:p@a:1", "rediss://u:p@[::1]:2"]],
])("%s is %s", (url, kind, urls) => {
  expect(parseRedisUrl(url)).toEqual({ kind, urls });
});

test.each(["", "http://h", "redis:/h", "redis://", "redis://a:1,", "redis://:secret@a:port"])(
  "%j is none, and is not quoted",
  (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^The Redis URL must be (?!.*secret)/);
  },
);
