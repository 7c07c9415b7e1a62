import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as login from "@/app/api/login/route";
import * as password from "@/app/api/password/route";
import * as profile from "@/app/api/profile/route";
import * as register from "@/app/api/register/route";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const broken: [text: string, reason: string][] = [
  ["seven77", "short"],
  ["x".repeat(129), "long"],
  ["Password123", "common"],
  ["grace@carryover", "own-words"],
  // The same letters, full width.
  ["ｐａｓｓｗｏｒｄ１２３", "common"],
  ["Ｐａｓｓｗｏｒｄ１２３", "common"],
  ["ｃａｒｒｙｏｖｅｒ２０２６", "own-words"],
  // Eight characters of which four are accents; a ligature that stands for three letters, fifty times.
  ["e\u0301".repeat(4), "short"],
  ["\ufb03".repeat(50), "long"],
];

describe("a password that breaks a rule", () => {
  it.each(broken)("is refused to who registers, and the rule is named: %s (%s)", async (text, reason) => {
    const sent = { username: "grace", password: text };
    const answer = await createVisitor().post(register.POST, sent);
    const problem = { status: 400, code: "invalid", field: "password", reason, detail: expect.any(String) };
    expect(await answer.json()).toMatchObject(problem);
    const form = await createVisitor().submit(register.POST, sent);
    expect(form.headers.get("location")).toBe(`/register?error=invalid&field=password&reason=${reason}`);
    expect(await test.direct.keys("account:*")).toEqual([]);
  });

  it("is refused as the next one, too, and the form forgets the rule with the next refusal", async () => {
    const grace = createVisitor();
    const current = "correct horse battery";
    await grace.post(register.POST, { username: "grace", password: current });
    const referer = (query: string) => ({ referer: `http://localhost:3000/profile${query}` });
    let query = "";
    for (const [next, reason] of broken) {
      const answer = await grace.post(password.POST, { current, next });
      expect(await answer.json()).toMatchObject({ code: "invalid", field: "next", reason });
      const form = await grace.submit(password.POST, { current, next }, referer(query));
      query = `?error=invalid&field=next&reason=${reason}`;
      expect(form.headers.get("location")).toBe(`/profile${query}`);
    }
    const wrong = { current: "not the password", next: "incorrect horse battery" };
    const form = await grace.submit(password.POST, wrong, referer(query));
    expect(form.headers.get("location")).toBe("/profile?error=bad-credentials&field=current");
    const right = await grace.submit(password.POST, { ...wrong, current }, referer(query));
    expect(right.headers.get("location")).toBe("/profile");
  });

  it("has a text of its own for each rule", async () => {
    const details = new Map<string, unknown>();
    for (const [text, reason] of broken) {
      const answer = await createVisitor().post(register.POST, { username: "grace", password: text });
      details.set(reason, (await answer.json()).detail);
    }
    expect(details.size).toBe(4);
    expect(new Set(details.values()).size).toBe(4);
  });
});

it("a password opens in whatever letters it is typed, and no half of a character stands for another", async () => {
  const user = { username: "grace", password: "ｃｏｒｒｅｃｔ horse battery" };
  expect((await createVisitor().post(register.POST, user)).status).toBe(201);
  const plain = { ...user, password: "correct horse battery" };
  expect((await createVisitor().post(login.POST, plain)).status).toBe(200);
  expect((await createVisitor().post(login.POST, user)).status).toBe(200);
  for (const half of ["\ud800", "\udc00"]) {
    const sent = { username: "ada", password: `horse battery ${half}` };
    for (const route of [register.POST, login.POST])
      expect(await codeOf(await createVisitor().post(route, sent))).toEqual([400, "invalid"]);
  }
});

it("a form whose bytes are no UTF-8 changes nothing", async () => {
  const send = (visitor: TestVisitor, route: typeof profile.POST, body: string) =>
    visitor.send(route, "/api/x", {
      method: "POST",
      body,
      headers: { "content-type": "application/x-www-form-urlencoded", origin: "http://localhost:3000" },
    });
  const visitor = createVisitor();
  await visitor.post(register.POST, { username: "grace", password: "correct horse battery" });
  const refused = await send(visitor, profile.POST, "displayName=Caf%E9");
  expect([refused.status, refused.headers.get("location")]).toEqual([303, "/profile?error=invalid"]);
  const kept = await send(visitor, profile.POST, "displayName=Caf%C3%A9");
  expect(kept.headers.get("location")).toBe("/");
  const latin1 = await send(createVisitor(), register.POST, "username=ada&password=caf%E9+au+lait+42");
  expect(latin1.headers.get("location")).toBe("/register?error=invalid");
  expect(await test.direct.keys("account:*")).toEqual(["account:grace"]);
});
