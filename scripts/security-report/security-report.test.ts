import { readFileSync } from "node:fs";
import { parseEnv } from "@carryover/session/internal/env";
import { MAX_USER_SESSIONS } from "@carryover/session/internal/redis/redis-session-store";
import { expect, it } from "vitest";
import { SITE_WORDS } from "@/lib/account/own-words";
import { parseShopEnv } from "@/lib/shop-env";
import { wantedNumbers } from "./asvs-levels";
import { chapters } from "./chapters";
import { findFault, type Result } from "./find-results";
import { PAGE, securityPage } from "./security-page";

const rows = chapters.flatMap(({ requirements }) => requirements);
const named = rows.flatMap(({ tests }) => tests);
const page = readFileSync(PAGE, "utf8");

it("every test that the page names stands in its file", () => {
  const sources = new Map<string, string>();
  const missing = named.filter(({ file, title }) => {
    const source = sources.get(file) ?? readFileSync(file, "utf8");
    sources.set(file, source);
    return !source.includes(title) && !source.includes(title.replaceAll('"', '\\"'));
  });
  expect(missing).toEqual([]);
});

it("every number of levels 1 and 2 is a row or not applicable, and none is twice", () => {
  const left = chapters.flatMap(({ notApplicable }) => notApplicable.flatMap(({ numbers }) => numbers));
  const numbers = [...rows.flatMap(({ number }) => number ?? []), ...left];
  expect(wantedNumbers.filter((number) => !numbers.includes(number))).toEqual([]);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

it("every row has a test or a deviation with its reason", () => {
  expect(rows.filter(({ tests, deviation }) => tests.length === 0 && !deviation)).toEqual([]);
});

it("the page is what is generated", () => {
  expect(page).toBe(securityPage());
});

it("the page has the sections that the standard wants documented", () => {
  for (const section of [
    "What is defended, and against whom",
    "Two clocks",
    "Sessions at once",
    "Sign-in",
    "What is kept",
    "Logs",
  ])
    expect(page).toContain(`\n## ${section}\n`);
});

it("the limits on the page are those of the code", () => {
  const env = parseEnv({
    UPSTASH_REDIS_REST_URL: "http://localhost:8079",
    UPSTASH_REDIS_REST_TOKEN: "token",
    SESSION_SECRET: "a secret of the security report's own tests",
  });
  for (const words of [
    `after ${env.sessionIdleSeconds / 60} minutes without a visit`,
    `after ${env.sessionLifetimeSeconds / 86_400} days`,
    `${MAX_USER_SESSIONS} sessions`,
    `${parseShopEnv({}).signInLimit} attempts a minute`,
  ])
    expect(page).toContain(words);
});

it("the page has each of the site's words that no password is made of", () => {
  for (const word of SITE_WORDS) expect(page).toContain(`\`${word}\``);
});

const ran: Result[] = [
  { file: "a.test.ts", title: "a cart holds 999", passed: true },
  { file: "a.test.ts", title: "a cart refuses 1000", passed: false },
  {
    file: "packages/session/src/redis/redis-session-store.test.ts",
    title: "the store lists 25",
    passed: true,
  },
];

it("a named test that is not there, did not run or failed is a fault", () => {
  expect(findFault({ file: "a.test.ts", title: "holds 999" }, ran)).toBeUndefined();
  expect(findFault({ file: "a.test.ts", title: "holds 998" }, ran)).toBe("did not run: a.test.ts: holds 998");
  expect(findFault({ file: "b.test.ts", title: "holds 999" }, ran)).toBe("did not run: b.test.ts: holds 999");
  expect(findFault({ file: "a.test.ts", title: "a cart" }, ran)).toBe("did not pass: a.test.ts: a cart");
});

it("a test of the store's contract is found where the contract runs", () => {
  expect(
    findFault({ file: "packages/session/src/testing/contract/lists.contract.ts", title: "lists 25" }, ran),
  ).toBeUndefined();
});
