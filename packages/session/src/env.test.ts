import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { EnvError, parseEnv } from "./env.ts";

const secret = "not-a-secret-of-any-real-site-42";
const complete = {
  UPSTASH_REDIS_REST_URL: "https://redis.example",
  UPSTASH_REDIS_REST_TOKEN: "the-token",
  SESSION_SECRET: secret,
};

function refusalOf(source: Record<string, string | undefined>): EnvError {
  try {
    parseEnv(source);
  } catch (error) {
    if (error instanceof EnvError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
const namesIn = ({ message }: EnvError) => [...message.matchAll(/^ {2}(\w+) is/gm)].map(([, name]) => name);

describe("the environment", () => {
  it("needs three variables and has a default for the others", () => {
    expect(parseEnv(complete)).toEqual({
      redisRestUrl: "https://redis.example",
      redisRestToken: "the-token",
      sessionSecrets: [secret],
      sessionNamespace: "",
      sessionIdleSeconds: 1800,
      sessionLifetimeSeconds: 604_800,
      sessionDeadlineMs: 1000,
      beginLimit: 60,
      appOrigin: null,
      trustedProxies: 1,
      cookieName: "session",
      instanceName: null,
    });
  });

  it("takes an empty variable for an unset one", () => {
    const empty = {
      SESSION_NAMESPACE: "",
      SESSION_IDLE_SECONDS: "",
      APP_ORIGIN: "",
      INSTANCE_NAME: "",
    };
    expect(parseEnv({ ...complete, ...empty })).toEqual(parseEnv(complete));
  });

  it("takes the marketplace's names, and its own names first", () => {
    const marketplace = { KV_REST_API_URL: "https://kv.example", KV_REST_API_TOKEN: "kv" };
    expect(parseEnv({ SESSION_SECRET: secret, ...marketplace })).toMatchObject({
      redisRestUrl: "https://kv.example",
      redisRestToken: "kv",
    });
    expect(parseEnv({ ...complete, ...marketplace })).toMatchObject({ redisRestToken: "the-token" });
    const emptied = { ...complete, ...marketplace, UPSTASH_REDIS_REST_URL: "", UPSTASH_REDIS_REST_TOKEN: "" };
    expect(parseEnv(emptied)).toMatchObject({ redisRestToken: "kv" });
  });

  it("takes several secrets, newest first, with spaces around them", () => {
    const secrets = ["a-newer-secret-of-no-real-site-7", "an-older-secret-of-no-real-site-and-longer"];
    expect(parseEnv({ ...complete, SESSION_SECRET: ` ${secrets.join(" , ")} ` }).sessionSecrets).toEqual(
      secrets,
    );
  });
});

describe("an environment that is not complete", () => {
  it("is refused with one message that names all that is missing", () => {
    const refusal = refusalOf({});
    expect(namesIn(refusal)).toEqual(Object.keys(complete));
    expect(refusal.message.match(/is missing/g)).toHaveLength(3);
  });

  it("is refused with one message that names all that is wrong, and shows no value", () => {
    const wrong = {
      UPSTASH_REDIS_REST_URL: "leaked-url",
      UPSTASH_REDIS_REST_TOKEN: " ",
      SESSION_SECRET: `leaked-secret,${secret}`,
      SESSION_NAMESPACE: "leaked namespace",
      SESSION_IDLE_SECONDS: "leaked",
      SESSION_LIFETIME_SECONDS: "-7777777",
      SESSION_DEADLINE_MS: "7777777",
      BEGIN_LIMIT: "0x7777777",
      APP_ORIGIN: "https://leaked.example/path",
      TRUSTED_PROXIES: "77777777",
      COOKIE_NAME: "leaked=1; Domain=",
      INSTANCE_NAME: "Leaked",
    };
    const refusal = refusalOf(wrong);
    expect(namesIn(refusal)).toEqual(Object.keys(wrong));
    expect(refusal.message).not.toMatch(/missing/);
    const everything = [
      refusal.message,
      refusal.stack,
      String(refusal.cause),
      JSON.stringify(refusal),
    ].join();
    expect(everything).not.toMatch(/leaked|7777777/i);
    expect(everything).not.toContain(secret);
  });

  it("says wrong, not missing, of a value under the marketplace's name", () => {
    const { message } = refusalOf({ ...complete, UPSTASH_REDIS_REST_URL: "", KV_REST_API_URL: "no URL" });
    expect(message).toContain("UPSTASH_REDIS_REST_URL is wrong");
  });

  it.each([
    [
      "SESSION_SECRET",
      [secret.slice(1), `${secret},`, `,${secret}`, `${secret},${secret}`, " ".repeat(40), ","],
    ],
    ["UPSTASH_REDIS_REST_URL", ["redis://h:6379", "ftp://h", "//h", "h", "https://", "javascript:1"]],
    ["SESSION_IDLE_SECONDS", ["0", "86401", "1.5", "1e3", " 60", "60s", "-1", "Infinity", "9".repeat(400)]],
    ["SESSION_LIFETIME_SECONDS", ["0", "2592001"]],
    ["SESSION_DEADLINE_MS", ["0", "9", "60001"]],
    ["BEGIN_LIMIT", ["0", "1000001"]],
    ["TRUSTED_PROXIES", ["-1", "17", "1.5", "all", "127.0.0.1"]],
    ["COOKIE_NAME", ["Session", "__Host-x", "a b", "a=b", "a;b", "ä", "x".repeat(33)]],
    ["INSTANCE_NAME", ["A", "a_b", "a.b", "a b", "x".repeat(33), "a\n", "ä"]],
    [
      "SESSION_NAMESPACE",
      ["limit:", "session:", "user-sessions:a:", "a b", "a*", "{a}", "a\n", "x".repeat(65)],
    ],
    ["APP_ORIGIN", ["https://h/", "https://h/x", "https://h:443", "h", "https://u@h", "https://H", "null"]],
  ])("is refused for a wrong %s", (name, values) => {
    for (const value of values) {
      expect([value, namesIn(refusalOf({ ...complete, [name]: value }))]).toEqual([value, [name]]);
    }
  });

  it("is refused for a secret that is long and yet no secret, and says how to make one", () => {
    const weak = [
      ...[
        "s".repeat(32),
        "ab".repeat(20),
        "abcdefg".repeat(6),
        "0123456789".repeat(4),
        "changeme-".repeat(4),
      ],
      // Cut off in the middle of the text that is repeated.
      "changeme-changeme-changeme-change",
      // Seven different characters, in whatever order.
      "abcdefgabdcefgbacdegfabcgfedacbdg",
    ];
    for (const each of weak) {
      const { message } = refusalOf({ ...complete, SESSION_SECRET: `${secret},${each}` });
      expect(message).toContain("SESSION_SECRET is wrong");
      expect(message).toContain("openssl rand -base64 32");
      expect(message).not.toContain(each);
    }
  });

  it("takes what chance makes for a secret, in whatever alphabet", () => {
    for (let each = 0; each < 500; each++) {
      for (const made of [randomBytes(32).toString("base64"), randomBytes(16).toString("hex")])
        expect(() => parseEnv({ ...complete, SESSION_SECRET: made })).not.toThrow();
    }
  });

  it.each([
    ["SESSION_IDLE_SECONDS", ["1", "86400"]],
    ["SESSION_LIFETIME_SECONDS", ["1", "2592000"]],
    ["SESSION_DEADLINE_MS", ["10", "60000"]],
    ["TRUSTED_PROXIES", ["0", "16"]],
    ["COOKIE_NAME", ["s", "shop-2", "x".repeat(32)]],
    ["INSTANCE_NAME", ["a", "7", "x".repeat(32), "a-1"]],
    ["SESSION_NAMESPACE", ["shop:", "a.b_c-d:", "limit", "sessions:", "my-account:"]],
    ["APP_ORIGIN", ["https://shop.example", "http://localhost:3000", "http://[::1]:3000"]],
  ])("is accepted for %s at its bounds", (name, values) => {
    for (const value of values) expect(() => parseEnv({ ...complete, [name]: value })).not.toThrow();
  });
});

it("an app that was built for a path below its host is refused by one clear message", async () => {
  // Next's build writes the path in here.
  vi.stubEnv("__NEXT_ROUTER_BASEPATH", "/shop");
  vi.resetModules();
  const fresh = await import("./env.ts");
  vi.unstubAllEnvs();
  expect(() => fresh.readEnv()).toThrow(/`basePath` in next\.config is not supported/);
});
