#!/usr/bin/env bash
# Varnish as a cache before an app. A button posts a form without fields, such as "Log out", "Continue as guest" or "Buy again".
# The app carries it out and loses the connection before it answers.
#
# A good guess: a POST is never cached and so is "passed"; it reaches the app once, and the client gets a 503. HTTP lets no
# proxy repeat a POST by itself (RFC 9110, 9.2.2).
# What happens (Varnish 7.1.1, Debian 12): where the connection to the app has served a request before, Varnish takes the
# lost answer for a connection that had been closed while it was idle, and sends the POST again on a new one. This is no retry
# in the sense of its own settings: max_retries is 0 here. The same form with one field in its body is sent once.
# A guest gets two sessions, and an order without fields is two orders.
#
# Seen (node 20.20.2):
#   without a body: 1 POST sent, the app carried out 2; the client got 503
#   with a body:    1 POST sent, the app carried out 1; the client got 503
#
# What helps: a hidden field in every form; an idempotency key makes a good one.
# Needs: node, curl and Debian 12's varnish.
# Takes 5 s. Exits 1 where Varnish does otherwise.
set -euo pipefail

folder=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT

if ! command -v varnishd >/dev/null; then
  echo "varnishd is missing: apt-get install varnish (7.1.1, Debian 12)"
  exit 2
fi
version=$(varnishd -V 2>&1 | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1)
if [ "$version" != 7.1.1 ]; then
  echo "This was seen with Varnish 7.1.1, and here is $version."
  exit 2
fi

cat >"$folder/app.mjs" <<'JS'
// Carries a form out, and loses the connection before it answers. GET tells how often.
import { createServer } from "node:http";
let done = 0;
const server = createServer((request, response) => {
  if (request.method !== "POST") return response.setHeader("cache-control", "no-store").end(`${done}`);
  request.resume().on("end", () => {
    done++;
    request.socket.destroy();
  });
});
server.keepAliveTimeout = 150_000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

node "$folder/app.mjs" >"$folder/app.port" &
pids+=($!)
until [ -s "$folder/app.port" ]; do sleep 0.05; done
app=$(cat "$folder/app.port")
proxy=$(free_port)
mkdir "$folder/state"
varnishd -F -j none -n "$folder/state" -s malloc,16m -p max_retries=0 -a "127.0.0.1:$proxy" -b "127.0.0.1:$app" >"$folder/log" 2>&1 &
pids+=($!)
until curl --silent --fail "http://127.0.0.1:$proxy/" >/dev/null; do sleep 0.1; done

# $1: says, $2: how often the app may have carried it out, then what curl sends
try() {
  local says=$1 expected=$2 before
  shift 2
  # Leaves a connection to the app that has served before.
  before=$(curl --silent "http://127.0.0.1:$proxy/")
  status=$(curl --silent --output /dev/null --write-out '%{http_code}' --http1.1 "$@" "http://127.0.0.1:$proxy/guest")
  carried_out=$(($(curl --silent "http://127.0.0.1:$app/") - before))
  echo "$says 1 POST sent, the app carried out $carried_out; the client got $status"
  if [ "$carried_out" != "$expected" ]; then
    echo "  and not $expected"
    exit 1
  fi
}

try "without a body:" 2 --request POST --header "Content-Length: 0"
try "with a body:   " 1 --data key=5f2c
