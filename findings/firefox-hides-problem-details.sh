#!/usr/bin/env bash
# Firefox shows a page about a broken site in place of application/problem+json.
#
# A good guess: a form that is refused with RFC 9457's problem details shows that JSON, as application/json does; not pretty,
#   but the visitor and the one who helps them can read why.
# Versions: Firefox 153.8.0esr and Chromium 156.0.8078.108 (Debian 12), puppeteer-core 24.43.1, Node 20.20.2.
# Instead: Firefox knows no way to show this type. With an error status it drops the answer and shows a page of its own
#   (about:neterror, serverError: a temporary problem of the server), for a 403 and a 409 as well; with status 200 it does
#   not show it either. The very same body as application/json or text/plain is shown. Chromium and WebKitGTK 2.50.6 show all three.
# Output seen:
#   Chromium, 403 application/problem+json: {"title":"The user name is taken"}
#   Firefox, 403 application/problem+json: a page of its own, serverError
#   Firefox, 409 application/problem+json: a page of its own, serverError
#   Firefox, 409 application/json: {"title":"The user name is taken"}
# Why it matters: whoever submits a form without scripts is told that the server is broken and to come again later, where
#   the answer says what was wrong with the form, or that the session has ended. A test in Chromium does not see it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for tool in firefox-esr chromium; do
  command -v "$tool" >/dev/null || { echo "needs $tool (Debian 12)" >&2; exit 2; }
done
version=$(firefox-esr --version 2>/dev/null)
case $version in *" 153."*) ;; *) echo "note: seen with Firefox 153, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund puppeteer-core@24.43.1

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import puppeteer from "puppeteer-core";

const body = '{"title":"The user name is taken"}';
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (request.method === "POST")
    return response.writeHead(Number(searchParams.get("status")), { "Content-Type": searchParams.get("type") }).end(body);
  if (pathname !== "/form") return response.writeHead(404).end();
  response.setHeader("Content-Type", "text/html");
  response.end(`<!doctype html><form method=post action="/register${request.url.slice(5)}"><button>Register</button></form>`);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const site = `http://127.0.0.1:${server.address().port}`;

async function shown(browser, status, type) {
  const page = await browser.newPage();
  await page.goto(`${site}/form?${new URLSearchParams({ status, type })}`);
  const before = page.url();
  await page.click("button");
  while (page.url() === before) await new Promise((resolve) => setTimeout(resolve, 50));
  const own = /^about:neterror\?e=(\w+)/.exec(page.url())?.[1];
  await page.waitForFunction('document.readyState === "complete"').catch(() => {});
  const text = own ? `a page of its own, ${own}` : await page.evaluate("document.body.innerText.trim()");
  await page.close();
  return text;
}

const chromium = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
// Without Firefox's own viewer of JSON, so that the text is the page's.
const extraPrefsFirefox = { "devtools.jsonview.enabled": false };
const firefox = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", extraPrefsFirefox });
const seen = {};
for (const [name, browser, status, type] of [
  ["Chromium", chromium, 403, "application/problem+json"],
  ["Firefox", firefox, 403, "application/problem+json"],
  ["Firefox", firefox, 409, "application/problem+json"],
  ["Firefox", firefox, 409, "application/json"],
]) {
  const text = await shown(browser, status, type);
  console.log(`${name}, ${status} ${type}: ${text}`);
  seen[`${name} ${status} ${type}`] = text;
}
await Promise.all([chromium.close(), firefox.close()]);
server.close();
const own = "a page of its own, serverError";
assert.deepEqual(Object.values(seen), [body, own, own, body]);
process.exit(0);
JS
timeout 180 node try.mjs
