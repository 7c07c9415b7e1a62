import { describe, expect, it } from "vitest";
import { parseEnv } from "../env.ts";
import { createSessionId } from "../session-id.ts";
import { sealedCookie } from "./sealed-cookie.ts";
import { sessionCookie } from "./session-cookie.ts";

const raceCookie = sealedCookie({ purpose: "race", prefix: "__Secure-", path: "/api/proof/race" });

const { cleared: clearedSetCookie, open: openSessionCookie, setCookie: sessionSetCookie } = sessionCookie;
const sessionCookies = sessionCookie.values;

const env = parseEnv({
  UPSTASH_REDIS_REST_URL: "http://localhost:1",
  UPSTASH_REDIS_REST_TOKEN: "token",
  SESSION_SECRET: "a secret of the tests of session cookies",
});
const lifetimeSeconds = 604_800;
const id = createSessionId();
const sealIn = (setCookie: string) => /^[^=]+=([^;]*);/.exec(setCookie)?.[1] ?? "";
const sealOf = async (of = id) => sealIn(await sessionSetCookie(of, { env, secure: true, lifetimeSeconds }));

describe("the session cookie", () => {
  it("is one exact line on https and one on http", async () => {
    const seal = "[\\w.*~-]{200,400}";
    expect(await sessionSetCookie(id, { env, secure: true, lifetimeSeconds })).toMatch(
      new RegExp(`^__Host-session=${seal}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax$`),
    );
    expect(await sessionSetCookie(id, { env, secure: false, lifetimeSeconds })).toMatch(
      new RegExp(`^session=${seal}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax$`),
    );
  });

  it("is cleared by one exact line, with the same name and attributes", () => {
    expect(clearedSetCookie({ secure: true })).toBe(
      "__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
    expect(clearedSetCookie({ secure: false })).toBe("session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
  });

  it("fits into what every browser keeps, name, attributes and all", async () => {
    expect((await sessionSetCookie(id, { env, secure: true, lifetimeSeconds })).length).toBeLessThan(1024);
  });

  it("comes back as the ID that went out", async () => {
    for (const secure of [true, false]) {
      const line = await sessionSetCookie(id, { env, secure, lifetimeSeconds });
      const header = `theme=dark; ${line.split(";")[0]}; last=1`;
      expect(await openSessionCookie(sessionCookies(header, { secure }), env)).toBe(id);
      // The name without __Host- could be planted by a neighbour: https does not look at it, nor http at the other.
      expect(sessionCookies(header, { secure: !secure })).toEqual([]);
    }
  });

  it("counts first to last where there are several of its name: the first that opens", async () => {
    const first = await sealOf();
    const second = await sealOf(createSessionId());
    const open = (...values: string[]) =>
      openSessionCookie(
        sessionCookies(values.map((value) => `session=${value}`).join("; "), { secure: false }),
        env,
      );
    expect(await open(first, second)).toBe(id);
    expect(await open("", "%zz", first, second)).toBe(id);
    expect(await open(`${first}x`, first)).toBe(id);
    expect(await open("junk", "more")).toBeNull();
    expect(await openSessionCookie([], env)).toBeNull();
  });
});

describe("the cookie of a race", () => {
  it("is one exact line on https and one on http, for its one route", async () => {
    const line = (secure: boolean) => raceCookie.setCookie(id, { env, secure, lifetimeSeconds: 60 });
    const seal = "[\\w.*~-]{200,400}";
    const path = "Path=/api/proof/race";
    expect(await line(true)).toMatch(
      new RegExp(`^__Secure-race=${seal}; Max-Age=60; ${path}; HttpOnly; Secure; SameSite=Lax$`),
    );
    expect(await line(false)).toMatch(
      new RegExp(`^race=${seal}; Max-Age=60; ${path}; HttpOnly; SameSite=Lax$`),
    );
  });

  it("and the visitor's do not pass for each other", async () => {
    const options = { env, secure: false, lifetimeSeconds };
    const [race, own] = [await raceCookie.setCookie(id, options), await sessionCookie.setCookie(id, options)];
    expect(await raceCookie.open([sealIn(race)], env)).toBe(id);
    expect(await sessionCookie.open([sealIn(race)], env)).toBeNull();
    expect(await raceCookie.open([sealIn(own)], env)).toBeNull();
  });
});
