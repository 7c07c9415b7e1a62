import { beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { StoreUnavailable } from "../../store.ts";
import { post } from "../../testing/test-context.ts";
import { testVariables } from "../../testing/test-env.ts";
import { createVisitor, testSite } from "../../testing/test-visitor.ts";
import { Answer } from "../route.ts";
import { Problem, type ProblemCode } from "./problem.ts";

beforeAll(() => {
  for (const [name, value] of Object.entries(testVariables("http://localhost:1", "token")))
    vi.stubEnv(name, value);
});

// From the full zod, on purpose: a handler takes the schemas of either.
const fields = z.object({ name: z.string().min(3) });
const cookie = { name: "a", value: "b", maxAgeSeconds: 1, path: "/", secure: false };
const done = post({
  formPage: "/form",
  fields,
  handler: () => new Answer({}, { cookies: [cookie] }),
});
const signIn = post({
  formPage: "/login",
  successPage: "/profile",
  fields,
  handler: () => ({}),
});
const taken = { code: "taken", status: 409, detail: "This name is taken." };
const badCredentials = { code: "bad-credentials", status: 401, detail: "They are wrong." };
const refusing = (code: ProblemCode | typeof taken, field?: string) =>
  post({
    formPage: "/form",
    fields,
    handler: () => {
      throw typeof code === "string" ? new Problem({ code, field }) : new Problem({ ...code, field });
    },
  });

const cart = `${testSite}/cart`;
const whereTo = async (
  route: ReturnType<typeof post>,
  sent: Record<string, string> = {},
  headers: Record<string, string> = {},
) => {
  const response = await createVisitor().submit(route, { name: "ada", ...sent }, headers);
  expect([response.status, await response.text()]).toEqual([303, ""]);
  return response.headers.get("location");
};

describe("a form that did what it should", () => {
  it("goes on to next, else to where it came from, else home", async () => {
    expect(await whereTo(done, { next: "/cart?a=1" }, { referer: cart })).toBe("/cart?a=1");
    expect(await whereTo(done, {}, { referer: `${cart}?a=1` })).toBe("/cart?a=1");
    expect(await whereTo(done, { next: "" }, { referer: "https://evil.example/x" })).toBe("/");
    expect(await whereTo(done)).toBe("/");
  });

  it("goes to its own page after it, where it has one", async () => {
    expect(await whereTo(signIn, {}, { referer: `${testSite}/login` })).toBe("/profile");
    expect(await whereTo(signIn, { next: "/sessions" }, { referer: `${testSite}/login` })).toBe("/sessions");
  });

  it("forgets the error of the time before", async () => {
    const referer = `${cart}?error=invalid&field=sku&a=1`;
    expect(await whereTo(done, {}, { referer })).toBe("/cart?a=1");
  });

  it("takes its cookie along, and no cache may keep it", async () => {
    const { headers } = await createVisitor().submit(done, { name: "ada" });
    expect(headers.get("set-cookie")).toBe("a=b; Max-Age=1; Path=/; HttpOnly; SameSite=Lax");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-served-by")).toMatch(/^[a-z0-9-]{1,32}$/);
  });

  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\r\nX: y"])(
    "does not go on to %j",
    async (next) => {
      expect(await whereTo(done, { next })).toBe("/");
      expect(await whereTo(signIn, { next })).toBe("/profile");
    },
  );

  it.each([`${testSite}//evil.example/`, `${testSite}//a//evil.example/`, `${testSite}//`, "%", "https://["])(
    "does not go back to %j",
    async (referer) => {
      expect(await whereTo(done, {}, { referer })).toBe("/");
      expect(await whereTo(refusing(taken), {}, { referer })).toBe("/form?error=taken");
    },
  );
});

describe("a form that was refused", () => {
  it("goes back to its page with the code and the field, and without a value", async () => {
    const sent = { name: "x", password: "a-secret-password" };
    expect(await whereTo(done, sent)).toBe("/form?error=invalid&field=name");
    expect(await whereTo(done, sent, { referer: cart })).toBe("/cart?error=invalid&field=name");
    const named = { ...sent, name: "ada" };
    expect(await whereTo(refusing(badCredentials, "password"), named)).toBe(
      "/form?error=bad-credentials&field=password",
    );
    const again = `${testSite}/form?error=invalid&field=name&next=%2Fcart`;
    expect(await whereTo(refusing(taken), named, { referer: again })).toBe("/form?error=taken&next=%2Fcart");
  });

  it("still knows where it was to go on to", async () => {
    expect(await whereTo(refusing(taken), { next: "/cart" })).toBe("/form?error=taken&next=%2Fcart");
    expect(await whereTo(refusing(taken), { next: "//evil.example" })).toBe("/form?error=taken");
  });

  it("for a session that was changed meanwhile goes on to next: there is nothing to correct", async () => {
    expect(await whereTo(refusing("session-changed"), { next: "/cart" })).toBe("/cart");
  });

  it("for want of a sign-in goes there, and back afterwards", async () => {
    expect(await whereTo(refusing("sign-in"))).toBe("/login?next=%2Fform");
    expect(await whereTo(refusing("sign-in"), {}, { referer: cart })).toBe("/login?next=%2Fcart");
  });

  it.each<[ProblemCode, number]>([
    ["cross-site", 403],
    ["too-large", 413],
    ["unsupported-type", 415],
  ])("for %s is answered with status %d, as a program would be", async (code, status) => {
    const response = await createVisitor().submit(refusing(code), { name: "ada" });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("in an outage gets a page that says so, with status 503", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const outage = post({
      formPage: "/form",
      fields,
      handler: () => {
        throw new StoreUnavailable("get", "timeout");
      },
    });
    const response = await createVisitor().submit(outage, { name: "ada" });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toContain("We cannot reach your session just now");
  });
});

it.each(["a b", "%", "[", "x/y", "x?y", "x#y", "@", "a:b:c", "\\", "<script>", "localhost:99999999"])(
  "a host that is none, %j, is no reason to fail",
  async (host) => {
    const headers = { "x-forwarded-host": host, "sec-fetch-site": "same-origin", origin: testSite };
    expect(await whereTo(done, {}, headers)).toBe("/");
    expect(await whereTo(refusing(taken, "name"), {}, headers)).toBe("/form?error=taken&field=name");
  },
);
