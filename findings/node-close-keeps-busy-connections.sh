#!/usr/bin/env bash
# A rolling restart of a Node server behind a proxy that keeps its connections: SIGTERM, server.close(), and then?
#
# A good guess: the server takes no more requests. It finishes what is under way, each of those answers ends its connection (as
# with Go's Shutdown or nginx' quit), and "close" fires with the last of them. "next start" does just that on SIGTERM.
# What happens: close() ends the connections that are idle at that moment. One that is busy then answers "keep-alive",
# stays, and goes on to take new requests, one after the other. The server ends only when the proxy lets go or the keep-alive
# timeout passes in silence; each request starts that anew. With the long timeout that a proxy needs (longer than its own), the
# supervisor's SIGKILL comes first, and cuts off whatever is under way: a log-in, an order.
#
# Seen, with node 20.20.2, 22.23.3, 24.21.0 and 26.10.0, keepAliveTimeout 10 s:
#   under way at close(): 200, Connection: keep-alive
#   5 more requests on it, a second apart, after close(): 200 200 200 200 200
#   a new connection: ECONNREFUSED
#   the server has ended after the answer: false
#
# Then the same in Next 16.4.6 as it comes, with a page that takes a second, SIGTERM and one kept connection.
#   next start: 200 200 200 after SIGTERM, process alive: true
#
# Needs node and npm. Takes a minute, most of it npm and Next's build. Exits 1 where they do otherwise.
set -euo pipefail

folder=$(mktemp -d)
pid=
end() {
  if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"

cat >plain.mjs <<'JS'
import assert from "node:assert/strict";
import { Agent, createServer, get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const server = createServer((request, response) => {
  setTimeout(() => response.end("x"), request.url === "/slow" ? 500 : 0);
});
server.keepAliveTimeout = 10_000;
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();

function ask(path, agent) {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume().on("end", () => resolve([response.statusCode, response.headers.connection]));
    }).on("error", ({ code }) => resolve([code]));
  });
}
const kept = new Agent({ keepAlive: true, maxSockets: 1 });
const arrived = new Promise((resolve) => server.once("request", resolve));
const slow = ask("/slow", kept);
await arrived;
let hasEnded = false;
server.close(() => (hasEnded = true));
const [status, connection] = await slow;
console.log(`under way at close(): ${status}, Connection: ${connection}`);
assert.deepEqual([status, connection], [200, "keep-alive"]);
const more = [];
for (let each = 0; each < 5; each++) {
  await pause(1_000);
  more.push((await ask("/", kept))[0]);
}
console.log(`5 more requests on it, a second apart, after close(): ${more.join(" ")}`);
assert.deepEqual(more, [200, 200, 200, 200, 200]);
const [fresh] = await ask("/", undefined);
console.log(`a new connection: ${fresh}`);
assert.equal(fresh, "ECONNREFUSED");
console.log(`the server has ended after the answer: ${hasEnded}`);
assert.equal(hasEnded, false);
process.exit(0);
JS
node plain.mjs

mkdir -p app/slow
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --silent next@16.4.6 react@19.3.1 react-dom@19.3.1 >/dev/null 2>&1
cat >app/slow/route.js <<'JS'
export async function GET() {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return new Response("x");
}
JS
cat >app/layout.js <<'JS'
export default function Layout({ children }) {
  return <html><body>{children}</body></html>;
}
JS
export NEXT_TELEMETRY_DISABLED=1
node node_modules/next/dist/bin/next build >build.log 2>&1 || { cat build.log; exit 2; }
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
node node_modules/next/dist/bin/next start -H 127.0.0.1 -p "$port" --keepAliveTimeout 60000 >next.log 2>&1 &
pid=$!
cat >stop.mjs <<'JS'
import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const [port, pid] = process.argv.slice(2).map(Number);
const kept = new Agent({ keepAlive: true, maxSockets: 1 });
const ask = (agent) =>
  new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/slow", agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    }).on("error", ({ code }) => resolve(code));
  });
while ((await ask(kept)) !== 200) await pause(100);
const underWay = ask(kept);
// It has reached the server: the answer takes a second from there.
await pause(300);
process.kill(pid, "SIGTERM");
const statuses = [await underWay, await ask(kept), await ask(kept)];
await pause(2_000);
let isAlive = true;
try {
  process.kill(pid, 0);
} catch {
  isAlive = false;
}
console.log(`next start: ${statuses.join(" ")} after SIGTERM, process alive: ${isAlive}`);
assert.deepEqual([statuses, isAlive], [[200, 200, 200], true]);
process.exit(0);
JS
node stop.mjs "$port" "$pid"
