#!/usr/bin/env bash
# Adding Partitioned to a session cookie that is in use gives the browser a second cookie of that name.
#
# A good guess: name, domain and path identify a cookie (RFC 6265, section 5.3). The next log-in replaces the old
#   cookie, and a log-out ends it, whatever other attributes have changed. For SameSite or HttpOnly that is so.
# Versions: Chromium 156.0.8078.108 (Debian 12), express 5.3.0, cookie-parser 1.4.7, playwright-core 1.65.1,
#   Node 20.20.2.
# Instead: the partition belongs to the identity, also where the cookie's site and the page's site are the same. Both
#   cookies are sent, the older one first, and Express reads the first: a new log-in is not seen. The log-out
#   of the new release empties the partitioned cookie only, and the old session goes on.
# Output seen:
#   before the release: sid=old
#   after a new log-in: sid=old; sid=new (the server reads old)
#   after its log-out: sid=old (the server reads old)
#   SameSite changed in place of Partitioned: sid=new (the server reads new)
# Tried by hand with Firefox 153.8.0esr (Debian 12): the same.
# Why it matters: an attribute that is meant for embedded pages locks returning users into their old session, and
#   "log out" leaves them signed in. The release needs a new name for the cookie, or both forms in each log-out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chromium=$(command -v chromium) || { echo "needs chromium (Debian: chromium 156)" >&2; exit 2; }
version=$("$chromium" --version 2>/dev/null)
case $version in *" 156."*) ;; *) echo "note: seen with Chromium 156, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund express@5.3.0 cookie-parser@1.4.7 playwright-core@1.65.1

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import cookieParser from "cookie-parser";
import express from "express";
import { chromium } from "playwright-core";

const base = { path: "/", secure: true, httpOnly: true, sameSite: "lax" };
const forms = { plain: base, partitioned: { ...base, partitioned: true }, strict: { ...base, sameSite: "strict" } };
const app = express().use(cookieParser());
app.get("/log-in/:form/:value", (request, response) => {
  response.cookie("sid", request.params.value, forms[request.params.form]).send("signed in");
});
app.get("/log-out/:form", (request, response) => {
  response.clearCookie("sid", forms[request.params.form]).send("signed out");
});
app.get("/", (request, response) => {
  response.send(`${request.headers.cookie ?? "nothing"} (the server reads ${request.cookies.sid ?? "nothing"})`);
});
const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const site = `http://127.0.0.1:${server.address().port}`; // Chromium takes Secure cookies from a loopback address

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const visit = async (...paths) => {
  const page = await (await browser.newContext()).newPage();
  const texts = [];
  for (const path of paths) {
    await page.goto(site + path);
    texts.push(await page.textContent("body"));
  }
  return texts;
};
const partitioned = await visit("/log-in/plain/old", "/", "/log-in/partitioned/new", "/", "/log-out/partitioned", "/");
const strict = await visit("/log-in/plain/old", "/log-in/strict/new", "/");
await browser.close();
server.close();

const seen = [partitioned[1], partitioned[3], partitioned[5], strict[2]];
const change = "SameSite changed in place of Partitioned";
const titles = ["before the release", "after a new log-in", "after its log-out", change];
titles.forEach((title, index) => console.log(`${title}: ${seen[index]}`));
assert.deepEqual(seen, [
  "sid=old (the server reads old)",
  "sid=old; sid=new (the server reads old)",
  "sid=old (the server reads old)",
  "sid=new (the server reads new)",
]);
JS
timeout 120 node try.mjs "$chromium"
