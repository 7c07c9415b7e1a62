import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import * as middleware from "./middleware.ts";
import * as next from "./next.ts";
import * as redis from "./redis.ts";
import * as session from "./session.ts";

// Whoever adds a name here promises to keep it: the changelog says so.
it("the package exports these names and no others", () => {
  expect(Object.keys(session).sort()).toEqual([
    "IDLE_SECONDS",
    "Problem",
    "SessionBusy",
    "SessionTooLarge",
    "StoreUnavailable",
    "defineSession",
    "idempotencyKey",
    "parseSameSitePath",
  ]);
  expect(Object.keys(middleware)).toEqual(["createMiddleware"]);
  expect(Object.keys(next).sort()).toEqual([
    "Answer",
    "createSessions",
    "installSessionObserver",
    "installStoreTracing",
    "prepareServer",
  ]);
  expect(Object.keys(redis).sort()).toEqual(["createRedisStore", "evaluate", "parseVariables", "takeToken"]);
});

it("the package's entry points are those of package.json", async () => {
  const { exports } = JSON.parse(await readFile("packages/session/package.json", "utf8"));
  expect(Object.keys(exports)).toEqual([".", "./middleware", "./next", "./redis", "./testing"]);
});
