#!/usr/bin/env bash
# Two cookie jars for tests keep a Max-Age cookie beyond its end.
#
# A good guess: Max-Age counts from the response that set the cookie (RFC 6265, section 5.2.2). A test client drops
#   the cookie then, as a browser does, and as the same jar does with Expires.
# Versions: tough-cookie 6.1.0, superagent 10.4.2 (its jar is cookiejar 2.1.4; supertest uses it), Node 20.20.2.
# Instead: tough-cookie counts Max-Age from the last time the cookie was sent. A cookie in use never ends; one that
#   rests does. superagent does not read Max-Age at all, so that neither ends. Expires ends in both.
# Output seen:
#   tough-cookie, in use: age
#   tough-cookie, at rest: nothing
#   superagent: age
# Why it matters: a test "the cookie has a fixed end" passes or fails for the wrong reason. Behind tough-cookie
#   (jsdom, got, fetch-cookie) every session slides, though the server sends Set-Cookie once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund tough-cookie@6.1.0 superagent@10.4.2 cookiejar@2.1.4

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import superagent from "superagent";
import { CookieJar } from "tough-cookie";

const lifetimeSeconds = 3;
const cookies = () => [
  `age=1; Path=/; Max-Age=${lifetimeSeconds}`,
  `date=1; Path=/; Expires=${new Date(Date.now() + lifetimeSeconds * 1000).toUTCString()}`,
];
const names = (header) => header.split("; ").filter(Boolean).map((pair) => pair.split("=")[0]).join(" ") || "nothing";

const server = createServer((request, response) => {
  if (request.url === "/set") response.setHeader("Set-Cookie", cookies());
  response.end(request.headers.cookie ?? "");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const site = `http://127.0.0.1:${server.address().port}`;

const inUse = new CookieJar();
const atRest = new CookieJar();
const agent = superagent.agent();
for (const jar of [inUse, atRest]) for (const cookie of cookies()) await jar.setCookie(cookie, site);
await agent.get(`${site}/set`);
assert.equal(names((await agent.get(site)).text ?? ""), "age date", "both cookies are sent at first");

// Twice the lifetime, with requests far closer together than the lifetime.
for (const end = Date.now() + 2 * lifetimeSeconds * 1000; Date.now() < end; await sleep(200)) {
  await inUse.getCookieString(site);
}
const seen = {
  "tough-cookie, in use": names(await inUse.getCookieString(site)),
  "tough-cookie, at rest": names(await atRest.getCookieString(site)),
  superagent: names((await agent.get(site)).text ?? ""),
};
server.close();
for (const [jar, sent] of Object.entries(seen)) console.log(`${jar}: ${sent}`);
assert.deepEqual(seen, { "tough-cookie, in use": "age", "tough-cookie, at rest": "nothing", superagent: "age" });
JS
timeout 120 node try.mjs
