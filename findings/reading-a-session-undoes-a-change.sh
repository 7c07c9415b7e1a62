#!/usr/bin/env bash
# With @fastify/session a request that only reads the session writes all of it back, as it was when the request began.
#
# A good guess: a session store is written when the session was changed. A page that only reads can at most extend it
#   (`touch`), as express-session does, whose stores @fastify/session takes.
# Versions: @fastify/session 11.1.3, @fastify/cookie 11.1.5, fastify 5.12.8, express 5.3.0, express-session 1.19.0,
#   connect-redis 9.0.0, redis (node-redis) 6.3.1, Redis 7.0.15, Node 20.20.2.
# Instead: with the default `rolling: true` each answer saves the whole session. A slow page that began before a change
#   puts the old cart back, and one that began before a log-out puts the session back. With `rolling: false` neither
#   happens; the end then no longer moves with use. The same steps on express-session lose nothing, also when rolling.
# Output seen (the cart, and the session after a log-out, once a slow page that reads has ended):
#   @fastify/session: tea; session there
#   @fastify/session, rolling: false: tea cup; session gone
#   express-session, rolling: true: tea cup; session gone
# Why it matters: "concurrent writers" is not the condition. One slow report in another tab is enough to lose a click.
set -euo pipefail
folder=$(mktemp -d)
redis_pid=
trap '[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
command -v redis-server >/dev/null || { echo "needs redis-server (Debian: redis-server 7.0.15)" >&2; exit 2; }
version=$(redis-server --version)
case $version in *v=7.0.*) ;; *) echo "note: seen with Redis 7.0.15, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund @fastify/session@11.1.3 @fastify/cookie@11.1.5 \
  fastify@5.12.8 express@5.3.0 express-session@1.19.0 connect-redis@9.0.0 redis@6.3.1
redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" --logfile "$folder/redis.log" &
redis_pid=$!

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import { RedisStore } from "connect-redis";
import express from "express";
import expressSession from "express-session";
import Fastify from "fastify";
import { createClient } from "redis";

const path = process.argv[2];
for (const end = Date.now() + 20_000; !existsSync(path) && Date.now() < end; ) await sleep(20);
const client = await createClient({ socket: { path } }).connect();
const secret = "a secret of more than thirty-two characters";
const cookie = { maxAge: 1_800_000, secure: false };

// The slow page: it has the session, says so, and answers when it is told to.
let reached;
let finish;
const slowPage = async (session) => {
  const size = session.cart.length;
  await new Promise((resolve) => {
    finish = resolve;
    reached();
  });
  return size;
};

const listen = (server) => `http://127.0.0.1:${server.address().port}`;
const onFastify = (options) => async (store) => {
  const app = Fastify().register(fastifyCookie);
  app.register(fastifySession, { secret, cookie, store, saveUninitialized: false, ...options });
  app.get("/begin", async ({ session }) => (session.cart = ["tea"]));
  app.get("/add", async ({ session }) => (session.cart = [...session.cart, "cup"]));
  app.get("/slow", async ({ session }) => ({ size: await slowPage(session) }));
  app.get("/log-out", async ({ session }) => {
    await session.destroy();
    return [];
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return [listen(app.server), () => app.close()];
};
const onExpress = (options) => async (store) => {
  const quiet = { saveUninitialized: false, resave: false };
  const app = express().use(expressSession({ secret, cookie, store, ...quiet, ...options }));
  app.get("/begin", ({ session }, response) => response.json((session.cart = ["tea"])));
  app.get("/add", ({ session }, response) => response.json((session.cart = [...session.cart, "cup"])));
  app.get("/slow", async ({ session }, response) => response.json(await slowPage(session)));
  app.get("/log-out", ({ session }, response) => session.destroy(() => response.json([])));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return [listen(server), () => server.close()];
};

const run = async (title, start) => {
  const prefix = `${title}:`;
  const [site, stop] = await start(new RedisStore({ client, prefix }));
  const begun = await fetch(`${site}/begin`);
  const headers = { cookie: begun.headers.getSetCookie()[0].split(";")[0], connection: "close" };
  const get = async (way) => (await fetch(site + way, { headers })).text();
  const stored = async () => {
    const [key] = await client.keys(`${prefix}*`);
    return key ? JSON.parse(await client.get(key)).cart.join(" ") : null;
  };
  const whileReading = async (way) => {
    const isReached = new Promise((resolve) => {
      reached = resolve;
    });
    const slow = get("/slow");
    await isReached;
    await get(way);
    finish();
    await slow;
    return stored();
  };
  const cart = await whileReading("/add");
  const session = await whileReading("/log-out");
  await stop();
  return `${cart}; session ${session === null ? "gone" : "there"}`;
};

const seen = {};
for (const [title, start] of Object.entries({
  "@fastify/session": onFastify({}),
  "@fastify/session, rolling: false": onFastify({ rolling: false }),
  "express-session, rolling: true": onExpress({ rolling: true }),
})) {
  seen[title] = await run(title, start);
  console.log(`${title}: ${seen[title]}`);
}
assert.deepEqual(seen, {
  "@fastify/session": "tea; session there",
  "@fastify/session, rolling: false": "tea cup; session gone",
  "express-session, rolling: true": "tea cup; session gone",
});
process.exit(0);
JS
timeout 120 node try.mjs "$folder/redis.sock"
