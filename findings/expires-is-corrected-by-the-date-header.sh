#!/usr/bin/env bash
# Browsers read Expires by the clock of the response's Date header; curl, tough-cookie and Playwright by their own.
#
# A good guess: a server whose clock is an hour slow sets cookies that are expired on arrival, in each client alike
#   (RFC 6265, section 5.3, compares with the current time), and one whose clock is fast sets them for too long.
# Versions: Chromium 156.0.8078.108 (Debian 12), curl 7.88.1, tough-cookie 6.1.0, playwright-core 1.65.1, Node 20.20.2.
# Instead: Chromium adds the difference between its clock and Date, and the half hour stays half an hour. curl,
#   tough-cookie and Playwright's context.request (which shares the browser's jar!) do not: the slow server's cookie
#   never exists, the fast server's lives 90 minutes.
# Output seen, a cookie for 30 minutes as Expires (minutes of life, or none):
#   server right: chromium 30, context.request 30, tough-cookie 30, curl kept
#   server 1 h slow: chromium 30, context.request none, tough-cookie none, curl none
#   server 1 h fast: chromium 30, context.request 90, tough-cookie 90, curl kept
#   1 h slow behind a proxy that writes Date itself: chromium none, context.request none, tough-cookie none, curl none
# Tried by hand with Firefox 153.8.0esr (Debian 12): it corrects as Chromium does.
# Why it matters: express-session 1.19.0 and @fastify/session 11.1.3 write Expires alone, whatever `maxAge` says. With a
#   slow clock the people in front of a browser are signed in; the health check, the mobile app and the tests are not.
#   A proxy that replaces Date takes the correction away from the browser, too. Max-Age has none of this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chromium=$(command -v chromium) || { echo "needs chromium (Debian: chromium 156)" >&2; exit 2; }
command -v curl >/dev/null || { echo "needs curl (Debian: curl 7.88.1)" >&2; exit 2; }
version=$("$chromium" --version 2>/dev/null)
case $version in *" 156."*) ;; *) echo "note: seen with Chromium 156, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund playwright-core@1.65.1 tough-cookie@6.1.0

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { CookieJar } from "tough-cookie";

const minuteMs = 60_000;
const at = (offsetMinutes) => new Date(Date.now() + offsetMinutes * minuteMs).toUTCString();
// "/set?clock=-60&date=0": a server an hour slow, behind somebody who writes a right Date.
const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/set") {
    const clock = Number(url.searchParams.get("clock"));
    response.setHeader("Date", at(Number(url.searchParams.get("date"))));
    response.setHeader("Set-Cookie", `sid=1; Path=/; Expires=${at(clock + 30)}`);
  }
  response.end(request.headers.cookie ?? "none");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const site = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const minutes = (endMs) => Math.round((endMs - Date.now()) / minuteMs);
const life = async (context) => {
  const [cookie] = await context.cookies();
  await context.close();
  return cookie ? minutes(cookie.expires * 1000) : "none";
};

const clients = {
  chromium: async (url) => {
    const context = await browser.newContext();
    await (await context.newPage()).goto(url);
    return life(context);
  },
  "context.request": async (url) => {
    const context = await browser.newContext();
    await context.request.get(url);
    return life(context);
  },
  "tough-cookie": async (url) => {
    const jar = new CookieJar();
    const answer = await fetch(url);
    for (const cookie of answer.headers.getSetCookie()) await jar.setCookie(cookie, url);
    const [cookie] = await jar.getCookies(url);
    return cookie ? minutes(cookie.expiryTime()) : "none";
  },
  curl: async (url) => {
    const { stdout } = await promisify(execFile)("curl", ["-s", "-b", "", "-o", "set", url, "-o", "-", site]);
    return stdout === "sid=1" ? "kept" : stdout;
  },
};
const servers = {
  "server right": [0, 0],
  "server 1 h slow": [-60, -60],
  "server 1 h fast": [60, 60],
  "1 h slow behind a proxy that writes Date itself": [-60, 0],
};
const none = "context.request none, tough-cookie none, curl none";
const seen = {};
for (const [title, [clock, date]] of Object.entries(servers)) {
  const lives = [];
  const url = `${site}/set?clock=${clock}&date=${date}`;
  for (const [client, run] of Object.entries(clients)) lives.push(`${client} ${await run(url)}`);
  seen[title] = lives.join(", ");
  console.log(`${title}: ${seen[title]}`);
}
await browser.close();
server.close();
assert.deepEqual(seen, {
  "server right": "chromium 30, context.request 30, tough-cookie 30, curl kept",
  "server 1 h slow": `chromium 30, ${none}`,
  "server 1 h fast": "chromium 30, context.request 90, tough-cookie 90, curl kept",
  "1 h slow behind a proxy that writes Date itself": `chromium none, ${none}`,
});
JS
timeout 120 node try.mjs "$chromium"
