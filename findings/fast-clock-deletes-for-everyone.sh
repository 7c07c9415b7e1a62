#!/usr/bin/env bash
# One server with a fast clock deletes everybody's live keys through Keyv, and `has` says that they are there.
#
# A good guess: with Redis behind it, Keyv hands the time to live to Redis (it does, as PX), and Redis' clock alone
#   decides. A server with a wrong clock is wrong about its own writes at most.
# Versions: keyv 5.6.0, @keyv/redis 5.1.6, Redis 7.0.15, libfaketime (Debian 12: faketime 0.9.10), Node 20.20.2.
# Instead: Keyv keeps the end a second time, inside the value, by the writer's clock, and compares it with the reader's.
#   A reader that is 31 minutes ahead takes a fresh session of 30 minutes for expired, answers undefined, and deletes
#   the key from Redis, where it had half an hour left. `has()` asks Redis only and answers true just before.
# Output seen:
#   in time: Redis keeps it for 30 min
#   31 min ahead, has: true
#   31 min ahead, get: undefined
#   in time again, get: undefined; Redis keeps it for 0 min
# Why it matters: a load balancer brings each session to the one bad server sooner or later, and there it ends for all.
#   The log shows nothing; keyv counts a miss.
set -euo pipefail
folder=$(mktemp -d)
redis_pid=
trap '[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
for tool in redis-server redis-cli faketime; do
  command -v "$tool" >/dev/null || { echo "needs $tool (Debian 12: redis-server 7.0.15, faketime 0.9.10)" >&2; exit 2; }
done
version=$(redis-server --version)
case $version in *v=7.0.*) ;; *) echo "note: seen with Redis 7.0.15, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund keyv@5.6.0 @keyv/redis@5.1.6
redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" --logfile "$folder/redis.log" &
redis_pid=$!

cat > shop.mjs <<'JS'
import KeyvRedis from "@keyv/redis";
import Keyv from "keyv";

const sessions = new Keyv({ store: new KeyvRedis({ socket: { path: process.argv[2] } }), namespace: "session" });
const actions = {
  set: () => sessions.set("abc", { user: "ada" }, 30 * 60_000),
  get: () => sessions.get("abc"),
  has: () => sessions.has("abc"),
};
console.log(JSON.stringify(await actions[process.argv[3]]()) ?? "undefined");
await sessions.disconnect();
JS
shop() { timeout 30 node shop.mjs "$folder/redis.sock" "$1"; }
fast_shop() { timeout 30 faketime -f +31m node shop.mjs "$folder/redis.sock" "$1"; }
minutes_left() {
  local key ms
  key=$(redis-cli -s "$folder/redis.sock" --scan)
  ms=$(redis-cli -s "$folder/redis.sock" pttl "${key:-none}")
  if [ "$ms" -gt 0 ]; then echo $(((ms + 59999) / 60000)); else echo 0; fi
}

for _ in $(seq 100); do [ -S "$folder/redis.sock" ] && break; sleep 0.1; done
shop set >/dev/null
seen="in time: Redis keeps it for $(minutes_left) min
31 min ahead, has: $(fast_shop has)
31 min ahead, get: $(fast_shop get)
in time again, get: $(shop get); Redis keeps it for $(minutes_left) min"
echo "$seen"
[ "$seen" = "in time: Redis keeps it for 30 min
31 min ahead, has: true
31 min ahead, get: undefined
in time again, get: undefined; Redis keeps it for 0 min" ]
