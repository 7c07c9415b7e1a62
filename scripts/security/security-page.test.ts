import { readFileSync } from "node:fs";
import { parseEnv } from "@carryover/session/internal/env";
import { MAX_USER_SESSIONS } from "@carryover/session/internal/redis/redis-session-store";
import { expect, it } from "vitest";
import { SITE_WORDS } from "@/lib/account/easy-password";
import { parseShopEnv } from "@/lib/shop-env";
import { levelOf, wantedNumbers } from "./asvs-levels";
import { findFault, type Result } from "./find-results";
import { PAGE, readSecurityPage } from "./security-page";

const page = readFileSync(PAGE, "utf8");
const { requirements, notApplicable } = readSecurityPage(page);
const named = requirements.flatMap(({ tests }) => tests);

it("every test that the page names stands in its file", () => {
  const sources = new Map<string, string>();
  const missing = named.filter(({ file, title }) => {
    const source = sources.get(file) ?? readFileSync(file, "utf8");
    sources.set(file, source);
    return !source.includes(title) && !source.includes(title.replaceAll('"', '\\"'));
  });
  expect(missing).toEqual([]);
});

it("every link to a test in the tables is read as one", () => {
  const tables = page.slice(page.indexOf("\n## The requirements\n"));
  expect(named).toHaveLength(
    [...tables.matchAll(/\]\(\.\.\/[^)]*\.(test|spec|proof|contract)\.ts\)/g)].length,
  );
  expect(named.length).toBeGreaterThan(150);
});

it("every number of levels 1 and 2 is a row or not applicable, and none is twice", () => {
  const rows = requirements.map(({ number }) => number.split(",")[0] ?? "").filter(Boolean);
  const numbers = [...rows, ...notApplicable];
  expect(wantedNumbers.filter((number) => !numbers.includes(number))).toEqual([]);
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

it("every row names its level as the standard does, and has a test or a deviation with its reason", () => {
  const wrong = requirements.filter(({ number, tests, deviation }) => {
    const [asvs = "", level] = number.split(", L");
    return (asvs && Number(level) !== levelOf(asvs)) || (tests.length === 0 && !deviation);
  });
  expect(wrong).toEqual([]);
});

it("the page counts its rows right", () => {
  const proven = requirements.filter(({ tests }) => tests.length > 0).length;
  const deviating = requirements.filter(({ deviation }) => deviation).length;
  const unproven = requirements.length - proven;
  const text = page.replaceAll("\n", " ");
  expect(text).toContain(
    `${requirements.length} rows: ${proven} with tests, ${deviating} with a deviation (${unproven} of them with nothing else), and ${notApplicable.length} numbers`,
  );
});

it("the page has the sections that the standard wants documented", () => {
  for (const section of [
    "What is defended, and against whom",
    "Two timeouts",
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
    SESSION_SECRET: "a secret of the security page's own tests",
  });
  for (const limit of [
    `after ${env.sessionIdleSeconds / 60} minutes without a request`,
    `after ${env.sessionLifetimeSeconds / 86_400} days`,
    `${MAX_USER_SESSIONS} sessions`,
    `${parseShopEnv({}).signInLimit} attempts a minute`,
  ])
    expect(page).toContain(limit);
});

it("the page has each of the site's words that no password is made of", () => {
  for (const word of SITE_WORDS) expect(page).toContain(`\`${word}\``);
});

it("rows are read with bars and brackets in their cells", () => {
  const text = String.raw`
## The requirements

| | asked for | what we do | proven by | deviation |
|---|---|---|---|---|
| 7.2.3, L1 | a \| b | does | [all of \[a\] hold](../a.test.ts)<br>[two](../b.spec.ts) | |
- 3.5.4, 3.5.5: nothing of it is here.
`;
  expect(readSecurityPage(text)).toEqual({
    requirements: [
      {
        number: "7.2.3, L1",
        asks: "a | b",
        does: "does",
        tests: [
          { file: "a.test.ts", title: "all of [a] hold" },
          { file: "b.spec.ts", title: "two" },
        ],
        deviation: "",
      },
    ],
    notApplicable: ["3.5.4", "3.5.5"],
  });
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
