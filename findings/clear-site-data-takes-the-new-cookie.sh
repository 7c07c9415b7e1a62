#!/usr/bin/env bash
# Clear-Site-Data: "cookies" also takes the cookies that the same response sets.
#
# A good guess: the header empties the jar as it was, and then the response's own Set-Cookie lines are stored; or the
#   order of the header lines decides. A log-out could then clear everything and begin a fresh visitor's session.
# Versions: Chromium 156.0.8078.108 (Debian 12), playwright-core 1.65.1, Node 20.20.2.
# Instead: the cookies of the response are stored first and cleared with all the others, in either order of the lines,
#   on a page, on a redirect, and on a fetch() of the page's own scripts. What the redirect's target sets survives.
#   Playwright's context.request, with the very same cookie jar, clears nothing.
# Output seen:
#   page, Set-Cookie first: nothing
#   page, Clear-Site-Data first: nothing
#   redirect: nothing
#   redirect, set by its target: sid=visitor
#   fetch: nothing
#   context.request: sid=visitor; theme=dark
# Tried by hand with Firefox 153.8.0esr (Debian 12), a page: the same.
# Why it matters: a log-out that answers with a flash message, a visitor's session or a CSRF cookie loses it in the
#   browser, and shows it in each test that goes through an HTTP client.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chromium=$(command -v chromium) || { echo "needs chromium (Debian: chromium 156)" >&2; exit 2; }
version=$("$chromium" --version 2>/dev/null)
case $version in *" 156."*) ;; *) echo "note: seen with Chromium 156, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund playwright-core@1.65.1

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const clear = ["Clear-Site-Data", '"cookies"'];
const visitor = ["Set-Cookie", "sid=visitor; Path=/"];
const answers = {
  "/log-in": [200, ["Set-Cookie", "sid=ada; Path=/", "Set-Cookie", "theme=dark; Path=/"]],
  "/log-out/cookie-first": [200, [...visitor, ...clear]],
  "/log-out/clear-first": [200, [...clear, ...visitor]],
  "/log-out/redirect": [303, [...clear, ...visitor, "Location", "/"]],
  "/log-out/then-begin": [303, [...clear, "Location", "/begin"]],
  "/begin": [200, visitor],
};
const server = createServer((request, response) => {
  const [status, headers] = answers[request.url] ?? [200, []];
  response.writeHead(status, headers).end(request.headers.cookie?.split("; ").sort().join("; ") ?? "nothing");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const site = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const after = async (logOut) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site}/log-in`);
  await logOut(page, context);
  await page.goto(site);
  const text = await page.textContent("body");
  await context.close();
  return text;
};
const seen = {
  "page, Set-Cookie first": await after((page) => page.goto(`${site}/log-out/cookie-first`)),
  "page, Clear-Site-Data first": await after((page) => page.goto(`${site}/log-out/clear-first`)),
  redirect: await after((page) => page.goto(`${site}/log-out/redirect`)),
  "redirect, set by its target": await after((page) => page.goto(`${site}/log-out/then-begin`)),
  fetch: await after((page) => page.evaluate(() => fetch("/log-out/cookie-first").then((answer) => answer.text()))),
  "context.request": await after((page, context) => context.request.get(`${site}/log-out/cookie-first`)),
};
await browser.close();
server.close();

for (const [way, cookies] of Object.entries(seen)) console.log(`${way}: ${cookies}`);
assert.deepEqual(seen, {
  "page, Set-Cookie first": "nothing",
  "page, Clear-Site-Data first": "nothing",
  redirect: "nothing",
  "redirect, set by its target": "sid=visitor",
  fetch: "nothing",
  "context.request": "sid=visitor; theme=dark",
});
JS
timeout 120 node try.mjs "$chromium"
