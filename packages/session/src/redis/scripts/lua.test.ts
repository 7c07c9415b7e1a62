import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSessionId } from "../../session-id.ts";
import {
  addItem,
  anonymousSession,
  type Session,
  sessionCodec,
} from "../../testing/contract/contract-session.ts";
import { live } from "../../testing/contract/workbench.ts";
import { startTestEnv, type TestEnv } from "../../testing/test-env.ts";
import { redisKeys } from "../keys.ts";
import { redisSessionStore } from "../redis-session-store.ts";
import { redisWithin } from "../transport/deadline.ts";
import { createSessionWriter, rememberWrite } from "../update-queue.ts";
import { TOMBSTONE_MS, tombstoneText } from "./commands.ts";
import {
  createScript,
  destroyScript,
  indexAddScript,
  indexCloseScript,
  indexKeepScript,
  indexRemoveScript,
  saveScript,
} from "./lua.ts";
import { readScript } from "./read-session.ts";

const keys = redisKeys("");
const { createToken: createWriteToken } = createSessionWriter();
const draft = anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" });
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const run = (script: string, id: ReturnType<typeof createSessionId>, args: string[]) =>
  test.direct.eval(script, { keys: [keys.session(id)], arguments: args });
const store = () =>
  redisSessionStore({
    redis: redisWithin(test.env, 10_000),
    keys,
    codec: sessionCodec,
    lifetimeSeconds: 3600,
  });
const addTote = (session: Session) => addItem(session, "tote");
const kept = (id: ReturnType<typeof createSessionId>) => test.direct.get(keys.session(id));

/** The arguments of a save, as the store would send them. */
function saveArgs(seen: Session, token = createWriteToken(), writes: readonly string[] = []): string[] {
  const { v, idleSeconds, body } = sessionCodec.encode(addTote(seen), rememberWrite(writes, token));
  return [token, String(seen.revision), String(v), String(idleSeconds), body, writes[0] ?? "", ""];
}

describe("a step whose reply was lost, and which is sent once more", () => {
  it("begins one session, once, and says so both times", async () => {
    const id = createSessionId();
    const token = createWriteToken();
    const args = [token, "1", "60", sessionCodec.encode(draft, [token]).body, "3600"];
    const any = expect.any(Number);
    expect(await run(createScript, id, args)).toEqual(["live", 1, any, any, 60_000, any]);
    const text = await kept(id);
    const session = sessionCodec.decode(text ?? "")?.session;
    const again = ["live", 1, session?.createdAt, session?.expiresAt, any, any];
    expect(await run(createScript, id, args)).toEqual(again);
    expect(await kept(id)).toBe(text);
    // Another's begin on the same ID is none.
    expect(await run(createScript, id, [createWriteToken(), ...args.slice(1)])).toEqual(["ended"]);
    expect(await kept(id)).toBe(text);
  });

  it("saves a change once and says so both times, also with others' changes on top of it", async () => {
    const { id, session } = live(await store().create(draft));
    const args = saveArgs(session);
    expect(await run(saveScript, id, args)).toEqual(["saved", 2, 60_000, expect.any(Number)]);
    const text = await kept(id);
    expect(await run(saveScript, id, args)).toEqual(["saved", 2, expect.any(Number), expect.any(Number)]);
    expect(await kept(id)).toBe(text);
    const seen = sessionCodec.decode(text ?? "");
    if (seen) await run(saveScript, id, saveArgs(seen.session, "another-server", seen.writes));
    expect(await run(saveScript, id, args)).toEqual(["saved", 2, expect.any(Number), expect.any(Number)]);
    expect(await store().peek(id)).toMatchObject({
      session: { revision: 3, data: { list: { items: [{ name: "tote", count: 2 }] } } },
    });
  });

  it("ends a session and says both times that it was this call", async () => {
    const { id } = live(await store().create(draft));
    const args = [tombstoneText(createWriteToken(), {}), "", String(TOMBSTONE_MS)];
    const value = await kept(id);
    expect(await run(destroyScript, id, args)).toEqual(["ended-now", value]);
    expect(await run(destroyScript, id, args)).toEqual(["ended-now", ""]);
    const other = [tombstoneText(createWriteToken(), {}), "", "60000"];
    expect(await run(destroyScript, id, other)).toEqual(["ended", args[0]]);
  });
});

describe("a step on a list whose reply was lost, and which is sent once more", () => {
  it("closes a list and tells both times what is listed", async () => {
    const key = keys.userSessions(createSessionId());
    await test.direct.zAdd(key, { value: "a session", score: 1 });
    await test.direct.pExpire(key, 3_600_000);
    const close = () => test.direct.eval(indexCloseScript, { keys: [key], arguments: ["60000", ""] });
    expect(await close()).toEqual(["a session"]);
    expect(await close()).toContain("a session");
    expect(await test.direct.pTTL(key)).toBeGreaterThan(60_000);
  });
});

describe("a closed list", () => {
  const listOf = () => {
    const key = keys.userSessions(createSessionId());
    const on = (script: string, ...args: string[]) =>
      test.direct.eval(script, { keys: [key], arguments: args });
    return {
      key,
      close: (leastVersion = "") => on(indexCloseScript, "60000", leastVersion),
      add: (version: string) => on(indexAddScript, createSessionId(), "3600000", version),
      keep: (id: string) => on(indexKeepScript, id, "1", String(Date.now() + 3_600_000)),
      remove: (...ids: string[]) => on(indexRemoveScript, ...ids),
      /** As a minute later. */
      openNow: () => test.direct.zAdd(key, { value: "closed", score: Date.now() - 1 }),
    };
  };

  it("lists a session of its least version or a later one, and none that is older or brings none", async () => {
    const list = listOf();
    await list.close("3");
    expect(await Promise.all(["", "0", "2", "3", "10"].map(list.add))).toEqual([
      "closed",
      "closed",
      "closed",
      1,
      2,
    ]);
  });

  it("keeps the strictest of its closings: the latest version, or none at all", async () => {
    const list = listOf();
    await list.close("3");
    await list.close("2");
    expect([await list.add("2"), await list.add("3")]).toEqual(["closed", 1]);
    await list.close();
    await list.close("3");
    expect(await list.add("99")).toBe("closed");
  });

  it("opens to all when the minute is over, and what closed it is gone", async () => {
    const list = listOf();
    await list.close("3");
    await list.openNow();
    expect(await list.add("0")).toBe(1);
    expect(await test.direct.zRange(list.key, 0, -1)).toHaveLength(1);
    await list.close("5");
    await list.openNow();
    await list.close("1");
    expect(await list.add("1")).toBe(2);
  });

  it("goes with its last session, and when it opens at the latest", async () => {
    const list = listOf();
    const id = createSessionId();
    expect(await list.keep(id)).toBe("added");
    await list.close("3");
    expect(await list.keep(id)).toBe("listed");
    expect(await list.keep(createSessionId())).toBe("closed");
    expect(await test.direct.pTTL(list.key)).toBeGreaterThan(3_500_000);
    expect(await list.remove(id)).toBe(1);
    expect(await test.direct.pTTL(list.key)).toBeLessThanOrEqual(60_000);
  });
});

describe("after the end", () => {
  it("no step brings the session back, and none reports success", async () => {
    const { id, session } = live(await store().create(draft));
    const late = saveArgs(session);
    await store().destroy(id);
    const tombstone = await kept(id);
    const begin = [createWriteToken(), "1", "60", sessionCodec.encode(draft, []).body, "3600"];
    expect(await run(saveScript, id, late)).toEqual(["ended", tombstone]);
    expect(await run(readScript, id, ["renew"])).toEqual(["ended", tombstone]);
    expect(await run(createScript, id, begin)).toEqual(["ended"]);
    expect(await kept(id)).toBe(tombstone);
    expect(await test.direct.pTTL(keys.session(id))).toBeLessThanOrEqual(TOMBSTONE_MS);
    await test.direct.del(keys.session(id));
    expect(await run(saveScript, id, late)).toEqual(["absent", expect.any(Number)]);
    expect(await kept(id)).toBeNull();
  });

  it("a save that was done before the end does not pass for one after it", async () => {
    const { id, session } = live(await store().create(draft));
    const args = saveArgs(session);
    await run(saveScript, id, args);
    await store().destroy(id);
    expect(await run(saveScript, id, args)).toEqual(["ended", await kept(id)]);
  });
});

it("a save on an older revision is a conflict and hands out the newer value", async () => {
  const { id, session } = live(await store().create(draft));
  await store().update(id, addTote);
  const text = await kept(id);
  const conflict = ["conflict", text, expect.any(Number), expect.any(Number)];
  expect(await run(saveScript, id, saveArgs(session))).toEqual(conflict);
  expect(await kept(id)).toBe(text);
  expect(await run(destroyScript, id, [tombstoneText(createWriteToken(), {}), "1", "60000"])).toEqual(
    conflict,
  );
});

it("a value whose body is not for Lua to understand goes through unchanged", async () => {
  const body =
    '"big":123456789012345678901234567890,"none":[],"empty":{},"half":0.1,"text":"\\u0000é\\ud800"}';
  const id = createSessionId();
  await run(createScript, id, [createWriteToken(), "1", "60", body, "3600"]);
  expect((await kept(id))?.endsWith(`"idleSeconds":60,${body}`)).toBe(true);
});

it("a save on another write of the same revision is a conflict, as after a failover", async () => {
  const { id, session } = live(await store().create(draft));
  const args = saveArgs(session, createWriteToken(), ["a-write-that-was-lost"]);
  expect(await run(saveScript, id, args)).toContain("conflict");
  expect(await run(saveScript, id, saveArgs(session))).toContain("saved");
});

it("a save that estimates Redis' time wrongly is a conflict", async () => {
  const { id, session, nowMs } = live(await store().create(draft));
  const at = (ms: number) => [...saveArgs(session).slice(0, -1), String(ms)];
  for (const wrong of [nowMs - 60_000, nowMs + 60_000])
    expect(await run(saveScript, id, at(wrong))).toContain("conflict");
  expect(await run(saveScript, id, at(nowMs + 500))).toContain("saved");
});

describe("a head with numbers that no clock can take", () => {
  const numbers = ["99999999999999999999999999", "9999999999999999", "0", "00000000000000000000000001"];
  const heads = numbers.flatMap((number) => [
    `{"v":1,"revision":1,"createdAt":1,"expiresAt":${number},"idleSeconds":60,"user":null}`,
    `{"v":1,"revision":1,"createdAt":1,"expiresAt":9000000000000,"idleSeconds":${number},"user":null}`,
    `{"v":1,"revision":1,"createdAt":1,"expiresAt":${number},"idleSeconds":${number},"user":null}`,
    `{"v":1,"revision":${number},"createdAt":${number},"expiresAt":${number},"idleSeconds":${number},"user":null}`,
  ]);

  it.each(heads)("is absent and no outage, and stays as it is: %s", async (text) => {
    const id = createSessionId();
    await test.direct.set(keys.session(id), text, { expiration: { type: "EX", value: 60 } });
    expect(await store().get(id)).toEqual({ state: "absent" });
    expect(await store().peek(id)).toEqual({ state: "absent" });
    expect(await store().update(id, addTote)).toEqual({ state: "absent" });
    expect(await kept(id)).toBe(text);
  });
});
