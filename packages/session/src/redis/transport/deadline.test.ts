import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "../../../../../local-cloud/processes/free-port.ts";
import { type Env, parseEnv } from "../../env.ts";
import { createSessionId } from "../../session-id.ts";
import { StoreUnavailable } from "../../store.ts";
import { anonymousSession, sessionCodec } from "../../testing/contract/contract-session.ts";
import { live } from "../../testing/contract/workbench.ts";
import {
  type FakeGateway,
  startFakeGateway,
  startTestEnv,
  type TestEnv,
  testVariables,
} from "../../testing/test-env.ts";
import { redisKeys } from "../keys.ts";
import { redisSessionStore } from "../redis-session-store.ts";
import { redisWithin } from "./deadline.ts";

const deadlineMs = 300;
const keys = redisKeys("");
const id = createSessionId();
const data = "a-very-private-display-name";
const token = "a-very-secret-token";
let test: TestEnv;
let fake: FakeGateway | undefined;

const transports = [
  { transport: "kept connections, on Node", runtime: "nodejs" },
  { transport: "fetch, on the edge", runtime: "edge" },
];

describe.each(transports)("over $transport", ({ runtime }) => {
  beforeAll(async () => {
    vi.stubEnv("NEXT_RUNTIME", runtime);
    test = await startTestEnv({ SESSION_DEADLINE_MS: String(deadlineMs) });
  });
  afterEach(async () => {
    await fake?.close();
    fake = undefined;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await test?.stop();
  });

  const envOf = (url: string) =>
    parseEnv({ ...testVariables(url, token), SESSION_DEADLINE_MS: `${deadlineMs}` });
  const draft = () => {
    const fresh = anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" });
    return { ...fresh, data: { ...fresh.data, list: { items: [{ name: data, count: 1 }] } } };
  };

  /** What each step of the store fails with, all of it checked for what must not be revealed. */
  async function failuresOf(given: Env): Promise<StoreUnavailable[]> {
    // Time enough for a busy machine: what counts is the answer.
    const env = { ...given, sessionDeadlineMs: 10_000 };
    const store = redisSessionStore({
      redis: redisWithin(env, 10_000),
      keys,
      codec: sessionCodec,
      lifetimeSeconds: 60,
    });
    const steps = [() => store.get(id), () => store.create(draft()), () => store.destroy(id)];
    const failures: StoreUnavailable[] = [];
    for (const step of steps) {
      const failure: unknown = await step().then(
        () => "no failure",
        (error: unknown) => error,
      );
      const text =
        inspect(failure, { depth: 20, showHidden: true }) + String(failure) + JSON.stringify(failure);
      for (const secret of [id, data, env.redisRestToken, env.redisRestUrl, "EVAL", "session:"]) {
        expect(text).not.toContain(secret);
      }
      if (failure instanceof StoreUnavailable) failures.push(failure);
    }
    return failures;
  }
  const reasonsOf = async (env: Env) => (await failuresOf(env)).map(({ reason }) => reason);

  describe("each failure is unavailable, by a word for its class and nothing that was asked or answered", () => {
    it("where nobody listens", async () => {
      const failures = await failuresOf(envOf(`http://127.0.0.1:${await freePort()}`));
      expect(failures.map(({ message }) => message)).toEqual([
        "The store is unavailable: get (ECONNREFUSED).",
        "The store is unavailable: create (ECONNREFUSED).",
        "The store is unavailable: destroy (ECONNREFUSED).",
      ]);
    });

    it("with a wrong token", async () => {
      expect(await reasonsOf(envOf(test.cloud.url))).toEqual(["WRONGPASS", "WRONGPASS", "WRONGPASS"]);
    });

    it.each([
      [
        "Redis 7.0",
        "The user executing the script can't run this command or subcommand script: 10, on @user_script:1.",
      ],
      [
        "Redis 8",
        "ACL failure in script: User c has no permissions to run the 'time' command script: 10, on @user_script:1.",
      ],
      [
        "Valkey 9",
        "ACL failure in script: User c has no permissions to run the 'time' command script: on @user_script:1.",
      ],
    ])("with a user whose scripts %s refuses a command", async (_, text) => {
      const error = `ERR ${text}`;
      fake = await startFakeGateway((_, path) =>
        path === "/pipeline"
          ? { status: 200, body: JSON.stringify([{ error }]) }
          : { status: 400, body: JSON.stringify({ error }) },
      );
      expect(new Set(await reasonsOf(envOf(fake.url)))).toEqual(new Set(["NOPERM"]));
    });

    it("with a Redis that is full: what cannot be written is refused", async () => {
      await test.direct.configSet("maxmemory", "1");
      try {
        expect(await reasonsOf(test.env)).toContain("OOM");
      } finally {
        await test.direct.configSet("maxmemory", "0");
      }
    });

    it("with a replica that takes no writes", async () => {
      await test.direct.replicaOf("127.0.0.1", await freePort());
      try {
        for (const reason of await reasonsOf(test.env)) expect(reason).toMatch(/READONLY|MASTERDOWN/);
      } finally {
        await test.direct.sendCommand(["REPLICAOF", "NO", "ONE"]);
      }
    });

    it.each([
      ["a page of a proxy", 200, `<html>session:${id} ${data} ${token}</html>`],
      ["an error page", 502, `<html>${id}</html>`],
      ["an empty answer", 200, ""],
      ["an empty error", 500, ""],
      ["an answer of another shape", 200, `{"result":"${data}"}`],
      ["no list", 200, "null"],
      ["too short a list", 200, "[]"],
      ["a list of nothing", 200, "[{}]"],
      ["a list of other things", 200, `[{"result":["live","${data}"]}]`],
      [
        "an error that quotes the command",
        400,
        `{"error":"ERR unknown command 'EVAL session:${id} ${data}'"}`,
      ],
      ["an error in the list", 200, `[{"error":"ERR script error: session:${id} ${data}"}]`],
      ["an error that is no text", 500, `{"error":{"command":"${id}"}}`],
    ])("with %s", async (_, status, body) => {
      fake = await startFakeGateway(() => ({ status, body }));
      expect(await reasonsOf(envOf(fake.url))).toHaveLength(3);
    });

    it.each([
      // It may have been done: the steps are safe to repeat, and the answer is worth having.
      [200, 3],
      [500, 3],
      [502, 3],
      [504, 3],
      // It was not: to ask again at once would only add to the trouble.
      [307, 1],
      [403, 1],
      [413, 1],
      [429, 1],
      [503, 1],
    ])(
      "with a page of something between and status %d, which is asked %d times each",
      async (status, times) => {
        fake = await startFakeGateway(() => ({ status, body: "<html>" }));
        expect(await reasonsOf(envOf(fake.url))).toEqual(Array(3).fill(`HTTP${status}`));
        expect(fake.bodies).toHaveLength(3 * times);
      },
    );

    it("with a gateway that hangs up, which is asked twice again and no more", async () => {
      fake = await startFakeGateway(() => null);
      expect(await reasonsOf(envOf(fake.url))).toHaveLength(3);
      expect(fake.bodies).toHaveLength(9);
    });
  });

  describe("the deadline", () => {
    it("ends a wait for a Redis that hangs, and the next request finds everything as it was", async () => {
      const store = () =>
        redisSessionStore({ redis: redisWithin(test.env), keys, codec: sessionCodec, lifetimeSeconds: 60 });
      const { id } = live(await store().create(draft()));
      test.cloud.redis.pause();
      try {
        // Of two timers in one process the earlier comes first, however busy the machine is.
        const got = Promise.race([store().get(id), pause(2 * deadlineMs)]);
        await expect(got).rejects.toMatchObject({ name: "StoreUnavailable", reason: "timeout" });
      } finally {
        test.cloud.redis.resume();
      }
      expect(await store().get(id)).toMatchObject({
        state: "live",
        session: { data: { list: { items: [{ name: data }] } } },
      });
    });

    it("is one for all the runs of one request to us, however many they are", async () => {
      const redis = redisWithin(test.env);
      await redis.run("ping", (client) => client.ping());
      test.cloud.redis.pause();
      const startedMs = performance.now();
      try {
        for (let run = 0; run < 5; run++) {
          await expect(redis.run("ping", (client) => client.ping())).rejects.toMatchObject({
            reason: "timeout",
          });
        }
      } finally {
        test.cloud.redis.resume();
      }
      // With a deadline each they would take five, however busy this machine is.
      expect(performance.now() - startedMs).toBeLessThan(4 * deadlineMs);
    });

    it("asks nothing more once it has passed: what nobody waits for should not be done", async () => {
      fake = await startFakeGateway(() => new Promise(() => {}));
      const redis = redisWithin(envOf(fake.url));
      const ask = () => redis.run("set", (client) => client.set("limit:late", "1", { ex: 5 }));
      await expect(ask()).rejects.toMatchObject({ reason: "timeout" });
      expect(fake.bodies).toHaveLength(1);
      await expect(ask()).rejects.toMatchObject({ reason: "timeout" });
      // One that is in time overtakes whatever was sent before it.
      await expect(redisWithin(envOf(fake.url)).run("ping", (client) => client.ping())).rejects.toThrow();
      expect(fake.bodies).toHaveLength(2);
    });

    it("starts anew with each request to us", async () => {
      test.cloud.redis.pause();
      const first = redisWithin(test.env).run("ping", (client) => client.ping());
      await expect(first).rejects.toMatchObject({ reason: "timeout" });
      test.cloud.redis.resume();
      expect(await redisWithin(test.env).run("ping", (client) => client.ping())).toBe("PONG");
    });
  });

  it("sends the commands of one moment in one request, and one that fails harms no other", async () => {
    await test.direct.hSet("limit:hash", "field", "value");
    const before = test.cloud.gateway.requests;
    const get = (key: string) => redisWithin(test.env, 5000).run("get", (client) => client.get(key));
    const answers = await Promise.allSettled([get("limit:none"), get("limit:hash"), get("limit:none")]);
    expect(answers).toMatchObject([
      { status: "fulfilled", value: null },
      { status: "rejected", reason: { reason: "WRONGTYPE" } },
      { status: "fulfilled", value: null },
    ]);
    expect(test.cloud.gateway.requests - before).toBe(1);
  });

  it("fails a command that cannot be written by itself, and every other gets its own reply", async () => {
    const get = (name: string) =>
      redisWithin(test.env, 5000).run("echo", (client) => client.eval("return ARGV[1]", [], [name]));
    const bad = () => redisWithin(test.env, 5000).run("set", (client) => client.set("limit:bad", 1n));
    const answersOf = async (...asked: readonly Promise<unknown>[]) =>
      (await Promise.allSettled(asked)).map((each) =>
        each.status === "fulfilled" ? each.value : each.reason.name,
      );
    expect(await answersOf(get("one"), bad(), get("two"), bad(), get("three"))).toEqual([
      ...["one", "StoreUnavailable", "two", "StoreUnavailable", "three"],
    ]);
    expect(await answersOf(get("one"), get("two")), "and so does who comes next").toEqual(["one", "two"]);
  });

  it("finds a service by its address of IPv6", async () => {
    fake = await startFakeGateway(() => ({ status: 200, body: '[{"result":"PONG"}]' }), "[::1]");
    expect(await redisWithin(envOf(fake.url), 5000).run("ping", (client) => client.ping())).toBe("PONG");
  });

  it("leaves values as they are: no text becomes a number, null or a list", async () => {
    const run = redisWithin(test.env, 5000).run;
    for (const text of ["12345678901234567890", "null", "true", "[]", '{"a":1}', '"x"', "", "OK", "日本語"]) {
      await run("set", (client) => client.set("limit:text", text, { ex: 60 }));
      expect(await run("get", (client) => client.get("limit:text"))).toBe(text);
    }
  });
});
