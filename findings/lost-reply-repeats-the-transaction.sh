#!/usr/bin/env bash
# ioredis sends a command again when its reply was lost: an INCR, a script, a whole MULTI are carried out twice.
#
# A good guess: a connection that closes before the reply makes the call reject, as it does in node-redis; whoever
#   retries does so on purpose. A transaction at least is never repeated, and never half done.
# Versions: ioredis 6.0.0, redis (node-redis) 6.3.1, Redis 7.0.15, Node 20.20.2.
# Instead: `autoResendUnfulfilledCommands` is on by default and asks for no idempotence. INCR, EVAL and MULTI … EXEC
#   resolve as if nothing had happened, with 2. A transaction written over several calls
#   (`multi({ pipeline: false })`) is torn: the part before the cut is lost, the resent part runs outside any
#   transaction and reports its real result (1, not QUEUED), and EXEC fails.
# Output seen:
#   node-redis INCR: rejected, stored 1
#   ioredis INCR: 2, stored 2
#   ioredis EVAL: 2, stored 2
#   ioredis MULTI: 2, stored 2
#   ioredis MULTI over several calls: increment said 1, EXEC said "ERR EXEC without MULTI", before=null after=1
# Why it matters: views, rate limits, "add to cart" count double after each hiccup of the network, and a change under
#   compare-and-set meets its own first try and reports a conflict. Scripts need an operation's ID, or the option off.
set -euo pipefail
folder=$(mktemp -d)
redis_pid=
trap '[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
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
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import Redis from "ioredis";
import { createClient } from "redis";

const path = process.argv[2];
for (const end = Date.now() + 20_000; !existsSync(path) && Date.now() < end; ) await sleep(20);

// A relay that loses one reply: Redis gets the marked command and answers, and the client's connection closes.
let mark = null;
const relay = createServer((client) => {
  const redis = connect(path);
  let losing = false;
  client.on("data", (bytes) => {
    if (mark !== null && bytes.toString().toLowerCase().includes(mark)) {
      losing = true;
      mark = null;
    }
    redis.write(bytes);
  });
  redis.on("data", (bytes) => (losing ? client.destroy() : client.write(bytes)));
  for (const side of [client, redis]) side.on("error", () => {});
  client.on("close", () => redis.destroy());
});
await new Promise((resolve) => relay.listen(0, "127.0.0.1", resolve));
const { port } = relay.address();

const direct = await createClient({ socket: { path } }).connect();
const node = createClient({ socket: { port, host: "127.0.0.1" } }).on("error", () => {});
await node.connect();
const io = new Redis({ port, host: "127.0.0.1" }).on("error", () => {});
await io.ping();

const lose = async (word, run) => {
  mark = word;
  return await run().catch(() => "rejected");
};
const transaction = async () => (await io.multi().incr("multi").exec())[0][1];
const script = "return redis.call('INCR', KEYS[1])";
const seen = {
  "node-redis INCR": [await lose("incr", () => node.incr("node")), await direct.get("node")],
  "ioredis INCR": [await lose("incr", () => io.incr("io")), await direct.get("io")],
  "ioredis EVAL": [await lose("eval", () => io.eval(script, 1, "eval")), await direct.get("eval")],
  "ioredis MULTI": [await lose("exec", transaction), await direct.get("multi")],
};
for (const [call, [answer, stored]] of Object.entries(seen)) console.log(`${call}: ${answer}, stored ${stored}`);

await io.multi({ pipeline: false });
await io.set("before", "1");
const increment = await lose("after", () => io.incr("after"));
const executed = await io.exec().catch((error) => error.message);
const [before, after] = await direct.mGet(["before", "after"]);
const said = `increment said ${increment}, EXEC said "${executed}"`;
console.log(`ioredis MULTI over several calls: ${said}, before=${before} after=${after}`);

assert.deepEqual(seen, {
  "node-redis INCR": ["rejected", "1"],
  "ioredis INCR": [2, "2"],
  "ioredis EVAL": [2, "2"],
  "ioredis MULTI": [2, "2"],
});
assert.deepEqual([increment, executed, before, after], [1, "ERR EXEC without MULTI", null, "1"]);
process.exit(0);
JS
timeout 120 node try.mjs "$folder/redis.sock"
