#!/usr/bin/env bash
# HAProxy before an app, HTTP/2 to the client. The app carries out a form and then loses the connection before it answers: a
# crash, a restart, a killed container. HAProxy retries nothing here ("retries 0").
#
# A good guess: the client gets a 502, as behind nginx and Caddy, and a person decides whether to send the form again. HTTP
# lets no proxy repeat a POST by itself (RFC 9110, 9.2.2).
# What happens (HAProxy 2.6.12, Debian 12): HAProxy resets the stream with REFUSED_STREAM. That code promises that the request
# "was not processed", so that clients send it again by themselves (RFC 9113, 8.7). curl, without any option to retry, sends the form six
# times, and the app has six orders. The app's log and HAProxy's show six requests of one client. A session store sees six
# sign-ins: six sessions of one person.
#
# Seen (node 20.20.2, curl 7.88.1):
#   HTTP/2:   1 form sent with curl, 6 orders; curl: (56) Connection died, tried 5 times before giving up
#   HTTP/1.1: 1 form sent with curl, 1 orders; 502 Bad Gateway
#
# What helps: "alpn http/1.1" in HAProxy, or a key in the form that makes the repetition one order (Idempotency-Key).
# Needs: node, curl with HTTP/2, and Debian 12's haproxy (downloaded and unpacked where it is missing). Takes 5 s. Exits 1 where
# HAProxy does otherwise.
set -euo pipefail

folder=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT

curl --version | grep -q HTTP2 || { echo "This curl has no HTTP/2."; exit 2; }
if ! command -v haproxy >/dev/null; then
  (cd "$folder" && apt-get download haproxy >/dev/null 2>&1 && dpkg-deb -x haproxy_*.deb deb) || {
    echo "Debian 12's haproxy 2.6.12 can neither be found nor downloaded here."
    exit 2
  }
  PATH="$folder/deb/usr/sbin:$PATH"
fi
version=$(haproxy -v | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1)
if [ "$version" != 2.6.12 ]; then
  echo "This was seen with HAProxy 2.6.12, and here is $version."
  exit 2
fi

cat >"$folder/app.mjs" <<'JS'
// Takes an order, and loses the connection before it answers. GET tells how many there are.
import { createServer } from "node:http";
let orders = 0;
const server = createServer((request, response) => {
  if (request.method !== "POST") return response.end(`${orders}`);
  request.resume().on("end", () => {
    orders++;
    request.socket.destroy();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

# $1: what HAProxy speaks with the client, $2: what curl does
try() {
  rm -f "$folder/app.port"
  node "$folder/app.mjs" >"$folder/app.port" &
  pids+=($!)
  until [ -s "$folder/app.port" ]; do sleep 0.05; done
  app=$(cat "$folder/app.port")
  proxy=$(free_port)
  cat >"$folder/haproxy.cfg" <<CFG
defaults
	mode http
	timeout connect 2s
	timeout client 5s
	timeout server 5s
	retries 0
frontend web
	bind 127.0.0.1:$proxy proto $1
	default_backend app
backend app
	server app 127.0.0.1:$app
CFG
  haproxy -db -f "$folder/haproxy.cfg" 2>"$folder/log" &
  pids+=($!)
  until curl --silent "$2" "http://localhost:$proxy/" >/dev/null; do sleep 0.1; done
  said=$(curl --silent --show-error "$2" --data item=lamp "http://localhost:$proxy/order" 2>&1 | sed -E 's/<[^>]*>//g' | head -1) || true
  orders=$(curl --silent "http://127.0.0.1:$app/")
}

expect() {
  echo "$1 1 form sent with curl, $orders orders; $said"
  if [ "$orders" != "$2" ]; then
    echo "  and not $2"
    exit 1
  fi
}

try h2 --http2-prior-knowledge
expect "HTTP/2:  " 6
try h1 --http1.1
expect "HTTP/1.1:" 1
