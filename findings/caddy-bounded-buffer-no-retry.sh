#!/usr/bin/env bash
# Caddy before two servers, one of which is away, and a form of eight bytes. So that a form can go to the other server, requests
# are buffered ("buffer_requests": without it Caddy has read the body once and has no second one: 502, as is known).
#
# A good guess: a bound on the buffer ("max_buffer_size 64KB"), so that nobody fills the memory, changes nothing for a form
# that is ten thousand times smaller.
# What happens (Caddy 2.6.2, Debian 12): with the bound no form finds the other server, as if there were no buffer: with
# a limit a body that ended within it is still handed on together with the original, which the first attempt closes.
# So the careful configuration loses every log-in and log-out that meets a server which is being restarted, and the
# careless one none. GETs, which people try it with, are fine in all three.
#
# Seen:
#   no buffer: 10 of 10 GETs 200, 0 of 10 forms 200
#   buffer_requests: 10 of 10 GETs 200, 10 of 10 forms 200
#   buffer_requests, max_buffer_size 64KB: 10 of 10 GETs 200, 0 of 10 forms 200
#
# Needs: node, and Debian 12's caddy (downloaded and unpacked where it is missing). Takes some 30 s. Exits 1 where Caddy does
# otherwise.
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

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

cat >"$folder/app.mjs" <<'JS'
// The server that is there: answers with what it got.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
const server = createServer((request, response) => {
  text(request).then(
    (body) => response.end(`${request.method} ${body}`),
    () => response.destroy(), // Caddy began a form and cut it off.
  );
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
JS
cat >"$folder/ask.mjs" <<'JS'
// Ten GETs and ten forms; prints how many of each the server answered, and with what it was sent. In turn: each begins at
// the server that is away, since the one before it ended at the other.
const [url] = process.argv.slice(2);
let gets = 0;
let forms = 0;
for (let each = 0; each < 10; each++) {
  if ((await (await fetch(url)).text()) === "GET ") gets++;
  if ((await (await fetch(url, { method: "POST", body: "sku=tote" })).text()) === "POST sku=tote") forms++;
}
console.log(`${gets} of 10 GETs 200, ${forms} of 10 forms 200`);
JS

node "$folder/app.mjs" >"$folder/app.port" &
pids+=($!)
until [ -s "$folder/app.port" ]; do sleep 0.05; done
app=$(cat "$folder/app.port")
gone=$(free_port)

# $1: what it is called, $2: options of reverse_proxy, $3: what is expected
try() {
  local proxy answer caddy_pid
  proxy=$(free_port)
  cat >"$folder/Caddyfile" <<CADDY
{
	admin off
	auto_https off
	skip_install_trust
}
http://localhost:$proxy {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:$gone 127.0.0.1:$app {
		lb_policy round_robin
		lb_try_duration 3s
		lb_try_interval 50ms
		$2
	}
}
CADDY
  XDG_CONFIG_HOME=$folder XDG_DATA_HOME=$folder caddy run --config "$folder/Caddyfile" --adapter caddyfile 2>"$folder/log" &
  caddy_pid=$!
  pids+=("$caddy_pid")
  until node -e 'fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))' "http://localhost:$proxy"; do
    sleep 0.1
  done
  answer=$(node "$folder/ask.mjs" "http://localhost:$proxy")
  kill "$caddy_pid"
  echo "$1: $answer"
  if [ "$answer" != "$3" ]; then
    echo "  and not: $3"
    exit 1
  fi
}

try "no buffer" "" "10 of 10 GETs 200, 0 of 10 forms 200"
try "buffer_requests" "buffer_requests" "10 of 10 GETs 200, 10 of 10 forms 200"
try "buffer_requests, max_buffer_size 64KB" "buffer_requests
		max_buffer_size 64KB" "10 of 10 GETs 200, 0 of 10 forms 200"
