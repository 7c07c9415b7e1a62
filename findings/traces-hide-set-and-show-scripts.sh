#!/usr/bin/env bash
# OpenTelemetry hides a session's data in SET, and writes the same data in full into the trace of a script.
#
# A good guess: the instrumentation's default shows the command and the key, and never a value.
# Versions: @opentelemetry/instrumentation-ioredis 0.71.0, @opentelemetry/instrumentation 0.223.0,
#   @opentelemetry/sdk-trace-node 2.12.1, ioredis 5.11.1, Redis 7.0.15, Node 20.20.2.
# Instead: a table of command names decides, by the beginning of the name. SET, GETSET, HSET, SADD lose their values;
#   EVAL, EVALSHA, SREM, ZREM, LREM, SISMEMBER keep every argument. An ioredis command defined with `defineCommand`
#   is an EVALSHA: moving a save from SET into a script, to make it atomic, publishes what it saves.
# Output seen (attribute db.query.text, "DATA" in place of the session's JSON):
#   SET session:a [3 other arguments]
#   EVALSHA … 1 session:a DATA 60
#   SADD sessions:ada [1 other arguments]
#   SREM sessions:ada abc
# Why it matters: a session's profile and cart travel to whoever keeps the traces, from the very release that made
#   writes atomic. `dbStatementSerializer` is the option to set. (The key, with the session's ID, is shown in any case.)
set -euo pipefail
folder=$(mktemp -d)
redis_pid=
trap '[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
command -v redis-server >/dev/null || { echo "needs redis-server (Debian: redis-server 7.0.15)" >&2; exit 2; }
version=$(redis-server --version)
case $version in *v=7.0.*) ;; *) echo "note: seen with Redis 7.0.15, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund ioredis@5.11.1 @opentelemetry/api@1.9.1 \
  @opentelemetry/instrumentation@0.223.0 @opentelemetry/instrumentation-ioredis@0.71.0 \
  @opentelemetry/sdk-trace-node@2.12.1
redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" --logfile "$folder/redis.log" &
redis_pid=$!

cat > try.cjs <<'JS'
const assert = require("node:assert/strict");
const { existsSync } = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { IORedisInstrumentation } = require("@opentelemetry/instrumentation-ioredis");
const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");

const exporter = new InMemorySpanExporter();
const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const instrumentation = new IORedisInstrumentation({ requireParentSpan: false });
registerInstrumentations({ instrumentations: [instrumentation], tracerProvider });
const Redis = require("ioredis");

(async () => {
  const path = process.argv[2];
  for (const end = Date.now() + 20_000; !existsSync(path) && Date.now() < end; ) await sleep(20);
  const redis = new Redis({ path });
  redis.defineCommand("save", { numberOfKeys: 1, lua: "return redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])" });
  await redis.save("session:a", "warm", "60"); // the first call of a script is an EVAL
  exporter.reset();

  const data = JSON.stringify({ user: "ada", cart: ["tea"] });
  await redis.set("session:a", data, "EX", 60);
  await redis.save("session:a", data, "60");
  await redis.sadd("sessions:ada", "abc");
  await redis.srem("sessions:ada", "abc");

  const statements = exporter.getFinishedSpans().map(({ attributes }) => {
    const [command, ...rest] = String(attributes["db.query.text"]).replace(data, "DATA").split(" ");
    return [command.toUpperCase(), ...rest].join(" ").replace(/\b[0-9a-f]{40}\b/, "…");
  });
  for (const statement of statements) console.log(statement);
  assert.deepEqual(statements, [
    "SET session:a [3 other arguments]",
    "EVALSHA … 1 session:a DATA 60",
    "SADD sessions:ada [1 other arguments]",
    "SREM sessions:ada abc",
  ]);
  process.exit(0);
})();
JS
timeout 120 node try.cjs "$folder/redis.sock"
