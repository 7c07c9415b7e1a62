import { describe, expect, it, vi } from "vitest";
import { parseEnv } from "../env.ts";
import { createSessionId } from "../session-id.ts";
import { sessionCookie, setCookieLine } from "./cookie.ts";

const { open: openSessionCookie } = sessionCookie;
type Handed = Parameters<typeof sessionCookie.sealed>;
const lineOf = async (cookie: typeof sessionCookie, ...handed: Handed) =>
  setCookieLine(await cookie.sealed(...handed));
const sessionSetCookie = (...handed: Handed) => lineOf(sessionCookie, ...handed);
const emptied = (...scope: Parameters<typeof sessionCookie.emptied>) =>
  setCookieLine(sessionCookie.emptied(...scope));

const variables = {
  UPSTASH_REDIS_REST_URL: "http://localhost:1",
  UPSTASH_REDIS_REST_TOKEN: "token",
  SESSION_SECRET: "a secret of the tests of session cookies",
};
const env = parseEnv(variables);
const sessionCookies = (header: string, { secure }: { secure: boolean }) =>
  sessionCookie.values(header, { env, secure });
const lifetimeSeconds = 604_800;
const leftMs = lifetimeSeconds * 1000;
const id = createSessionId();
const sealIn = (setCookie: string) => /^[^=]+=([^;]*);/.exec(setCookie)?.[1] ?? "";
const sealOf = async (of = id) => sealIn(await sessionSetCookie(of, { env, secure: true, leftMs }));

describe("the session cookie", () => {
  it("is one exact line on https and one on http", async () => {
    const seal = "[\\w.*~-]{200,400}";
    expect(await sessionSetCookie(id, { env, secure: true, leftMs })).toMatch(
      new RegExp(`^__Host-session=${seal}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax$`),
    );
    expect(await sessionSetCookie(id, { env, secure: false, leftMs })).toMatch(
      new RegExp(`^session=${seal}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax$`),
    );
  });

  it("of a session that is not remembered has no Max-Age, and its seal an end all the same", async () => {
    const line = await sessionSetCookie(id, { env, secure: true, leftMs: 86_400_000, remember: false });
    expect(line).toMatch(/^__Host-session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const sealEnd = Number(sealIn(line).split("*")[5]);
    expect(sealEnd).toBeGreaterThan(Date.now() + 86_400_000);
    expect(sealEnd).toBeLessThan(Date.now() + 3 * 86_400_000);
  });

  it("is emptied by one exact line, with the same name and attributes, for a second", () => {
    expect(emptied({ env, secure: true })).toBe(
      "__Host-session=; Max-Age=1; Path=/; HttpOnly; Secure; SameSite=Lax",
    );
    expect(emptied({ env, secure: false })).toBe("session=; Max-Age=1; Path=/; HttpOnly; SameSite=Lax");
    expect(sessionCookies("session=; other=1", { secure: false }), "and is no cookie from then on").toEqual(
      [],
    );
  });

  it("has the name that the environment gives it", async () => {
    const named = parseEnv({ ...variables, COOKIE_NAME: "shop-2" });
    expect(await sessionSetCookie(id, { env: named, secure: false, leftMs })).toMatch(/^shop-2=Fe26/);
    expect(await sessionSetCookie(id, { env: named, secure: true, leftMs })).toMatch(/^__Host-shop-2=Fe26/);
    expect(emptied({ env: named, secure: false })).toMatch(/^shop-2=;/);
    const scope = { env: named, secure: false };
    expect(sessionCookie.values("session=a; shop-2=b; shop-2-race=c", scope)).toEqual(["b"]);
  });

  it.each([
    [1, 1],
    [999, 1],
    [1000, 1],
    [1001, 2],
    [61_000, 61],
    [0, 1],
    [-5000, 1],
  ])("with %d ms left lives for %d s, and its seal has an end", async (left, maxAge) => {
    const setCookie = await sessionSetCookie(id, { env, secure: false, leftMs: left });
    expect(setCookie).toContain(`; Max-Age=${maxAge};`);
    expect(Number(sealIn(setCookie).split("*")[5])).toBeGreaterThan(Date.now());
    expect(await openSessionCookie([sealIn(setCookie)], env)).toBe(id);
  });

  it("opens on a server whose clock is hours ahead: Redis alone ends sessions", async () => {
    const setCookie = await sessionSetCookie(id, { env, secure: false, leftMs: 1_800_000 });
    const opened = () =>
      openSessionCookie([sealIn(setCookie)], { ...env, sessionSecrets: [...env.sessionSecrets] });
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      for (const hours of [1, 24, -1, -24]) {
        vi.setSystemTime(Date.now() + hours * 3_600_000);
        expect(await opened(), `${hours} h`).toBe(id);
        vi.setSystemTime(Date.now() - hours * 3_600_000);
      }
      vi.setSystemTime(Date.now() + 25 * 3_600_000);
      expect(await opened(), "a day after its session").toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it("fits into what every browser keeps, name, attributes and all", async () => {
    expect((await sessionSetCookie(id, { env, secure: true, leftMs })).length).toBeLessThan(1024);
  });

  it("comes back as the ID that went out", async () => {
    for (const secure of [true, false]) {
      const line = await sessionSetCookie(id, { env, secure, leftMs });
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
