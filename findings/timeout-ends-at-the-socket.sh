#!/usr/bin/env bash
# node-redis' time limit and abort signal do nothing once a command has been written to the socket.
#
# A good guess: `commandOptions: { timeout: 200 }` rejects after 200 ms if Redis does not answer, and
#   `withAbortSignal(AbortSignal.timeout(200))` does the same for one command.
# Versions: redis (node-redis) 6.3.1, ioredis 6.0.0, Redis 7.0.15, Node 20.20.2.
# Instead: both limits cover the wait in the client's own queue only. Redis is stopped here for three seconds, as in a
#   long command or a swap; both commands wait all that time and then succeed. ioredis' `commandTimeout` rejects in
#   time, and its command is carried out all the same.
# Output seen:
#   node-redis timeout: resolved after 3.0 s
#   node-redis abort signal: resolved after 3.0 s
#   ioredis commandTimeout: rejected after 0.2 s
#   stored: node-redis-timeout=1 node-redis-signal=1 ioredis=1
# Why it matters: whoever relies on that option has no time limit in the only case that counts: a Redis that accepts
#   and does not answer. Every request of the site then hangs in its session. A limit of one's own around the promise
#   is needed, and "timed out" never means "not carried out".
set -euo pipefail
folder=$(mktemp -d)
redis_pid=
end_redis() { # a stopped process takes no signal before it goes on
  if [ -n "$redis_pid" ]; then kill -CONT "$redis_pid" && kill "$redis_pid" && wait "$redis_pid"; fi
}
trap 'end_redis 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
command -v redis-server >/dev/null || { echo "needs redis-server (Debian: redis-server 7.0.15)" >&2; exit 2; }
version=$(redis-server --version)
case $version in *v=7.0.*) ;; *) echo "note: seen with Redis 7.0.15, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund redis@6.3.1 ioredis@6.0.0
redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" --logfile "$folder/redis.log" &
redis_pid=$!

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import Redis from "ioredis";
import { createClient } from "redis";

const [path, pid] = [process.argv[2], Number(process.argv[3])];
for (const end = Date.now() + 20_000; !existsSync(path) && Date.now() < end; ) await sleep(20);

const limitMs = 200;
const stopMs = 3000;
const node = createClient({ socket: { path }, commandOptions: { timeout: limitMs } });
const plain = await createClient({ socket: { path } }).connect();
const io = new Redis({ path, commandTimeout: limitMs });
await node.connect();
await io.ping();

process.kill(pid, "SIGSTOP");
const begin = performance.now();
const watch = (promise) =>
  promise.then(() => "resolved", () => "rejected").then((how) => ({ how, afterMs: performance.now() - begin }));
const outcomes = Promise.all([
  watch(node.incr("node-redis-timeout")),
  watch(plain.withAbortSignal(AbortSignal.timeout(limitMs)).incr("node-redis-signal")),
  watch(io.incr("ioredis")),
]);
await sleep(stopMs);
process.kill(pid, "SIGCONT");

const [timeout, signal, ioredis] = await outcomes;
const say = ({ how, afterMs }) => `${how} after ${(afterMs / 1000).toFixed(1)} s`;
console.log(`node-redis timeout: ${say(timeout)}`);
console.log(`node-redis abort signal: ${say(signal)}`);
console.log(`ioredis commandTimeout: ${say(ioredis)}`);
const keys = ["node-redis-timeout", "node-redis-signal", "ioredis"];
const stored = await plain.mGet(keys);
console.log(`stored: ${keys.map((key, index) => `${key}=${stored[index]}`).join(" ")}`);

for (const outcome of [timeout, signal]) {
  assert.equal(outcome.how, "resolved");
  assert.ok(outcome.afterMs >= stopMs - 100, "only the server's answer ends it");
}
assert.equal(ioredis.how, "rejected");
assert.ok(ioredis.afterMs < stopMs);
assert.deepEqual(stored, ["1", "1", "1"]);
process.exit(0);
JS
timeout 120 node try.mjs "$folder/redis.sock" "$redis_pid"
