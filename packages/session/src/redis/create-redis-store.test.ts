import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { anonymousDraft } from "../define-session.ts";
import { createSessionId } from "../session-id.ts";
import { contractSession } from "../testing/contract/contract-session.ts";
import { ada, add, linesOf, live, sessionInit } from "../testing/contract/workbench.ts";
import { startFakeGateway, startTestEnv, type TestEnv } from "../testing/test-env.ts";
import { createRedisStore } from "./create-redis-store.ts";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const definition = contractSession;
const draft = anonymousDraft(definition, sessionInit);

it("keeps sessions without Next, and tells what became of them", async () => {
  const events: string[] = [];
  const store = createRedisStore({
    definition,
    url: test.cloud.url,
    token: test.cloud.token,
    namespace: "jobs:",
    events: {
      created: async () => void events.push("created"),
      destroyed: async (_, why) => void events.push(why),
      endedPresented: async () => void events.push("presented"),
    },
  });
  const { id } = live(await store.create({ ...draft, user: ada }));
  expect(await test.direct.exists(`jobs:session:${id}`)).toBe(1);
  expect(linesOf(live(await store.update(id, add("tote"))))).toEqual(["1 tote"]);
  expect((await store.list(ada.id)).map((each) => each.id)).toEqual([id]);
  expect(await store.destroyUser(ada.id, "revoked")).toEqual([id]);
  expect(await store.get(id)).toMatchObject({ state: "ended" });
  expect(events).toEqual(["created", "revoked", "presented"]);
});

it("keeps the index of active sessions if it is asked to", async () => {
  const at = { definition, url: test.cloud.url, token: test.cloud.token };
  for (const activeIndex of [false, true]) {
    const namespace = `index-${activeIndex}:`;
    live(await createRedisStore({ ...at, namespace, activeIndex }).create(draft));
    const shards = await test.direct.keys(`${namespace}active-sessions:?`);
    expect(shards).toHaveLength(activeIndex ? 1 : 0);
  }
});

it("has a deadline for each call, however many came before", async () => {
  const silent = await startFakeGateway(() => new Promise(() => {}));
  const store = createRedisStore({ definition, url: silent.url, token: "token", deadlineMs: 200 });
  const outage = { name: "StoreUnavailable", reason: "timeout" };
  try {
    for (let call = 1; call <= 3; call++) {
      await expect(store.peek(createSessionId())).rejects.toMatchObject(outage);
      // With one deadline for all, the second would not be asked at all.
      await vi.waitFor(() => expect(silent.bodies).toHaveLength(call), 5_000);
    }
  } finally {
    await silent.close();
  }
});
