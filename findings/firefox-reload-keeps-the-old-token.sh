#!/usr/bin/env bash
# Reload in Firefox puts the old token back into the form that the server has just rendered.
#
# A good guess: a reload shows what the server answers. A page that renews the CSRF token or the idempotency key of a form by
#   script has the server's fresh one after a reload; so "reload the page and try again" helps where a token was refused.
# Versions: Firefox 153.8.0esr and Chromium 156.0.8078.108 (Debian 12), puppeteer-core 24.43.1, Node 20.20.2.
# Instead: a hidden field that a script has written to counts as typed in. After a reload Firefox writes that old value over
#   the new one, and also over the attribute `value`, so that script cannot find the server's either. It goes on with each
#   further reload; opening the address anew ends it. `autocomplete="off"` on the field, or `Cache-Control: no-store` on
#   the page, prevent it. Chromium shows the server's value.
# Output seen (WebKitGTK 2.50.6, by hand: as Chromium):
#   Chromium: the form holds render-3; tried again: 200
#   Firefox: the form holds renewed-1; tried again: 403, after another reload: 403, opened anew: 200
#   Firefox, autocomplete=off: the form holds render-3; tried again: 200
#   Firefox, no-store: the form holds render-3; tried again: 200
# Why it matters: after a log-out and log-in in another tab the token belongs to another session; the page is refused, the
#   user reloads as told, and is refused for ever.
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

// Each render has a token of its own; POST /renew gives the page's script another one. A new session knows none of them.
const known = new Set();
let renders = 0;
let renewals = 0;
const tokenOf = (token) => {
  known.add(token);
  return token;
};
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/renew") return response.end(tokenOf(`renewed-${++renewals}`));
  if (pathname === "/send") {
    let body = "";
    for await (const chunk of request) body += chunk;
    return response.writeHead(known.has(new URLSearchParams(body).get("token")) ? 200 : 403).end();
  }
  if (pathname !== "/form") return response.writeHead(404).end();
  response.setHeader("Content-Type", "text/html");
  if (searchParams.has("no-store")) response.setHeader("Cache-Control", "no-store");
  const off = searchParams.has("off") ? "autocomplete=off" : "";
  response.end(`<!doctype html><form><input type=hidden name=token ${off} value=${tokenOf(`render-${++renders}`)}></form>`);
});
await once(server.listen(0, "127.0.0.1"), "listening");
const form = `http://127.0.0.1:${server.address().port}/form`;

async function tryIn(browser, query) {
  known.clear();
  renders = renewals = 0;
  const page = await browser.newPage();
  const held = () => page.evaluate('document.querySelector("[name=token]").value');
  const send = () =>
    page.evaluate(
      'fetch("/send", { method: "POST", body: new URLSearchParams(new FormData(document.forms[0])) }).then(({ status }) => status)',
    );
  await page.goto(form + query);
  await page.evaluate(
    'fetch("/renew").then((answer) => answer.text()).then((token) => { document.querySelector("[name=token]").value = token; })',
  );
  await page.reload();
  known.clear(); // Another session.
  await page.reload();
  let seen = `the form holds ${await held()}; tried again: ${await send()}`;
  if (seen.endsWith("403")) {
    await page.reload();
    seen += `, after another reload: ${await send()}`;
    await page.goto(form + query);
    seen += `, opened anew: ${await send()}`;
  }
  await page.close();
  return seen;
}

const launch = (browser, executablePath) =>
  puppeteer.launch({ browser, executablePath, args: browser === "chrome" ? ["--no-sandbox"] : [] });
const chromium = await launch("chrome", "/usr/bin/chromium");
const firefox = await launch("firefox", "/usr/bin/firefox-esr");
const seen = {
  Chromium: await tryIn(chromium, ""),
  Firefox: await tryIn(firefox, ""),
  "Firefox, autocomplete=off": await tryIn(firefox, "?off"),
  "Firefox, no-store": await tryIn(firefox, "?no-store"),
};
await Promise.all([chromium.close(), firefox.close()]);
server.close();
for (const [name, text] of Object.entries(seen)) console.log(`${name}: ${text}`);
const fresh = "the form holds render-3; tried again: 200";
assert.deepEqual(seen, {
  Chromium: fresh,
  Firefox: "the form holds renewed-1; tried again: 403, after another reload: 403, opened anew: 200",
  "Firefox, autocomplete=off": fresh,
  "Firefox, no-store": fresh,
});
process.exit(0);
JS
timeout 180 node try.mjs
