import { readEnv } from "@carryover/session/internal/env";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { clientOf } from "@carryover/session/internal/redis/transport/connect";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { createSessionWriter } from "@carryover/session/internal/redis/update-queue";
import { createClient } from "redis";
import type { SessionData } from "@/lib/session-definition";
import { anonymousSession, sessionCodec, signedInSession } from "@/lib/test-session";
import { timeOperations } from "./time-operations";

// The store's operations and what they stand on, in a process of its own: prints what they took as JSON. Its argument is the address of Redis itself.

const env = readEnv();
const direct = await createClient({ url: process.argv[2] ?? "" }).connect();
const client = await clientOf(env);
const keys = redisKeys(env.sessionNamespace);
const writer = createSessionWriter<SessionData>();
const store = () =>
  redisSessionStore({
    redis: redisWithin(env),
    keys,
    codec: sessionCodec,
    writer,
    lifetimeSeconds: env.sessionLifetimeSeconds,
  });

const sessionInit = { idleSeconds: 1800, servedBy: "bench", device: "a benchmark" };
const user = { id: "bench-user", name: "bench" };
async function begin(draft = anonymousSession(sessionInit)) {
  const fresh = await store().begin(draft);
  if (fresh.state !== "live") throw new Error("No session could begin.");
  return fresh;
}

const { id } = await begin();
for (let sessions = 0; sessions < 5; sessions++) await begin(signedInSession(user, null, sessionInit));
const key = keys.session(id);

console.log(
  JSON.stringify(
    await timeOperations({
      "node-redis: GET": () => direct.get(key),
      "@upstash/redis: get": () => client.get(key),
      peek: () => store().peek(id),
      open: () => store().open(id),
      update: () => store().update(id, (session) => ({ ...session, servedBy: "bench" })),
      "begin and end": async () => store().end((await begin()).id),
      "begin, rotate and end": async () => {
        const fresh = await store().rotate(await begin(), (session) => session);
        if (fresh.state === "live") await store().end(fresh.id);
      },
      "list five sessions of a user": () => store().list(user.id),
    }),
  ),
);
direct.destroy();
process.exit(0);
