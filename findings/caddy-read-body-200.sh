#!/usr/bin/env bash
# A form that pauses on a slow line, Caddy before an app, and a bound on how long a body may take ("timeouts read_body").
#
# A good guess: when the bound passes, Caddy answers 408 (or 4xx, 502, or hangs up), as nginx and HAProxy do.
# What happens (Caddy 2.6.2, Debian 12): Caddy answers "200 OK" with an empty body. With "buffer_requests" no request reached
# the app at all; without it the app saw half a form, cut off. A log-out that pauses is a success to whoever asked for it
# by fetch, and the session lives on; so is an order. Nothing is logged as an error.
#
# Seen (node 20.20.2):
#   streamed: client got "HTTP/1.1 200 OK", content-length 0; the app finished 0 forms, and began 1
#   buffered: client got "HTTP/1.1 200 OK", content-length 0; the app finished 0 forms, and began 0
#   no bound: client got "HTTP/1.1 303 See Other", content-length none; the app finished 1 forms, and began 1
#
# Without read_body the same client waits, and gets the app's own answer when it goes on: also checked here.
# Needs: node, and Debian 12's caddy (downloaded and unpacked where it is missing). Takes some 20 s. Exits 1 where Caddy does otherwise.
set -euo pipefail

folder=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT

# Unpacked beside, and not installed: the package would start a service.
if ! command -v caddy >/dev/null; then
  (cd "$folder" && apt-get download caddy=2.6.2-5 >/dev/null 2>&1 && dpkg-deb -x caddy_*.deb deb) || {
    echo "Debian 12's caddy 2.6.2-5 can neither be found nor downloaded here."
    exit 2
  }
  PATH="$folder/deb/usr/bin:$PATH"
fi
version=$(caddy version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1)
if [ "$version" != 2.6.2 ]; then
  echo "This was seen with Caddy 2.6.2, and here is $version."
  exit 2
fi

cat >"$folder/app.mjs" <<'JS'
// An app with a form: counts those that began and those that came whole. GET tells both.
import { createServer } from "node:http";
let began = 0;
let whole = 0;
const server = createServer((request, response) => {
  if (request.method !== "POST") return response.end(`${began} ${whole}`);
  began++;
  request.on("error", () => {}).resume();
  request.on("end", () => {
    whole++;
    response.writeHead(303, { location: "/" }).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS

cat >"$folder/form.mjs" <<'JS'
// Sends half a form, pauses, sends the rest; prints the status line and the length of the answer. argv: port, pause in s
import { connect } from "node:net";
const [port, pause] = process.argv.slice(2).map(Number);
const socket = connect(port, "127.0.0.1");
socket.write(`POST /logout HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 10\r\nConnection: close\r\n\r\nall=1`);
const rest = setTimeout(() => socket.write("&now="), pause * 1_000);
let answer = "";
socket.on("data", (chunk) => (answer += chunk));
socket.on("error", () => {});
socket.on("close", () => {
  clearTimeout(rest);
  const length = /content-length: (\d+)/i.exec(answer)?.[1] ?? "none";
  console.log(`${answer.split("\r\n")[0] || "nothing"}, content-length ${length}`);
});
JS

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

# $1: global options, $2: options of reverse_proxy, $3: how long the form pauses, in s
try() {
  local proxy
  node "$folder/app.mjs" >"$folder/app.port" &
  pids+=($!)
  until [ -s "$folder/app.port" ]; do sleep 0.05; done
  app=$(cat "$folder/app.port")
  proxy=$(free_port)
  cat >"$folder/Caddyfile" <<CADDY
{
	admin off
	auto_https off
	skip_install_trust
	$1
}
http://localhost:$proxy {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:$app {
		$2
	}
}
CADDY
  XDG_CONFIG_HOME=$folder XDG_DATA_HOME=$folder caddy run --config "$folder/Caddyfile" --adapter caddyfile 2>"$folder/log" &
  pids+=($!)
  until node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "http://localhost:$proxy"; do
    sleep 0.1
  done
  answer=$(node "$folder/form.mjs" "$proxy" "$3")
  # The app may hear of the end a moment later than the client.
  sleep 0.5
  read -r began whole <<<"$(node -e 'fetch(process.argv[1]).then((r) => r.text()).then(console.log)' "http://127.0.0.1:$app")"
  rm "$folder/app.port"
}

expect() {
  echo "$1: client got \"${answer%%,*}\",${answer#*,}; the app finished $whole forms, and began $began"
  if [ "$answer / $began / $whole" != "$2" ]; then
    echo "  and not: $2"
    exit 1
  fi
}

bound='servers {
		timeouts {
			read_body 2s
		}
	}'
try "$bound" "" 4
expect streamed "HTTP/1.1 200 OK, content-length 0 / 1 / 0"
try "$bound" "buffer_requests" 4
expect buffered "HTTP/1.1 200 OK, content-length 0 / 0 / 0"
try "" "buffer_requests" 4
expect "no bound" "HTTP/1.1 303 See Other, content-length none / 1 / 1"
