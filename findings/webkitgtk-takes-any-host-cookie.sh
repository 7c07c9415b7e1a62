#!/usr/bin/env bash
# WebKitGTK accepts a __Host- cookie from a sibling subdomain, from script, and without Secure.
#
# A good guess: a cookie named __Host-… was set by this very host, over TLS, with Path=/: browsers refuse any other
#   (RFC 6265bis, 4.1.3), so nobody beside the app can plant a session cookie of that name.
# Versions: WebKitGTK 2.50.6 with libsoup 3.2 (Debian 12), Chromium 156.0.8078.108, selenium-webdriver 4.46.0,
#   puppeteer-core 24.43.1, Node 20.20.2. Over plain http; on https, script and a missing Secure gave the same.
# Instead: WebKitGTK knows no prefixes. The app gets the planted cookie under its protected name. Chromium refuses it.
# Output seen:
#   Chromium:
#     from a sibling with Domain: other=taken
#     from script: none
#     without Secure: none
#   WebKitGTK:
#     from a sibling with Domain: __Host-session=planted; other=taken
#     from script: __Host-session=planted
#     without Secure: __Host-session=planted
# Tried by hand with Firefox 153.8.0esr, script and missing Secure: it refuses them.
# Why it matters: session fixation through a sibling subdomain is what the prefix is chosen against. For users of GNOME Web
#   and of embedded WebKitGTK the session ID must change at the sign-in all the same.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for tool in chromium WebKitWebDriver Xvfb; do
  command -v "$tool" >/dev/null || { echo "needs $tool (Debian 12: chromium, webkit2gtk-driver, xvfb)" >&2; exit 2; }
done
mini=$(ls /usr/lib/*/webkit2gtk-4.1/MiniBrowser 2>/dev/null | head -1)
[ -n "$mini" ] || { echo "needs WebKitGTK's MiniBrowser (Debian: webkit2gtk-driver)" >&2; exit 2; }
npm install --silent --ignore-scripts --no-audit --no-fund selenium-webdriver@4.46.0 puppeteer-core@24.43.1

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as findPort } from "node:net";
import puppeteer from "puppeteer-core";
import { Builder, Capabilities } from "selenium-webdriver";

const answers = {
  "/plant": "__Host-session=planted; Domain=shop.localhost; Path=/; Secure",
  "/plant-plainly": "__Host-session=planted; Domain=shop.localhost; Path=/",
  "/control": "other=taken; Domain=shop.localhost; Path=/",
  "/insecure": "__Host-session=planted; Path=/",
};
const server = createServer((request, response) => {
  if (answers[request.url]) response.setHeader("Set-Cookie", answers[request.url]);
  response.setHeader("Content-Type", "text/html").end(request.headers.cookie ?? "none");
});
await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address();
const [app, sibling] = ["app", "blog"].map((name) => `http://${name}.shop.localhost:${port}`);

/** What the app is sent after each of three ways to plant, each in a browser of its own. */
async function seenBy(withBrowser) {
  const ways = {
    "from a sibling with Domain": async ({ open }) => {
      await open(`${sibling}/plant`);
      await open(`${sibling}/plant-plainly`);
      await open(`${sibling}/control`);
    },
    "from script": async ({ open, run }) => {
      await open(app);
      await run('document.cookie = "__Host-session=planted; path=/"');
    },
    "without Secure": ({ open }) => open(`${app}/insecure`),
  };
  const seen = {};
  for (const [name, plant] of Object.entries(ways)) {
    await withBrowser(async (browser) => {
      await plant(browser);
      await browser.open(app);
      seen[name] = await browser.run("document.body.innerText");
    });
  }
  return seen;
}

const chromium = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const inChromium = await seenBy(async (work) => {
  const context = await chromium.createBrowserContext();
  const page = await context.newPage();
  await work({ open: (url) => page.goto(url), run: (script) => page.evaluate(script) });
  await context.close();
});
await chromium.close();

const screen = spawn("Xvfb", ["-displayfd", "1", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
const [display] = await once(screen.stdout, "data");
const env = { ...process.env, DISPLAY: `:${String(display).trim()}` };
const capabilities = new Capabilities({
  browserName: "MiniBrowser",
  "webkitgtk:browserOptions": { binary: process.argv[2], args: ["--automation"] },
});
const inWebKit = await seenBy(async (work) => {
  const probe = findPort().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const driverPort = probe.address().port;
  await new Promise((resolve) => probe.close(resolve));
  const driver = spawn("WebKitWebDriver", ["-p", `${driverPort}`], { stdio: "ignore", env });
  const address = `http://127.0.0.1:${driverPort}`;
  while (!(await fetch(`${address}/status`).then(() => true, () => false)))
    await new Promise((resolve) => setTimeout(resolve, 50));
  const session = await new Builder().usingServer(address).withCapabilities(capabilities).build();
  await work({ open: (url) => session.get(url), run: (script) => session.executeScript(`return (${script})`) });
  await session.quit();
  driver.kill();
});
screen.kill();
server.close();

for (const [name, seen] of Object.entries({ Chromium: inChromium, WebKitGTK: inWebKit })) {
  console.log(`${name}:`);
  for (const [way, cookies] of Object.entries(seen)) console.log(`  ${way}: ${cookies}`);
}
const names = Object.keys(inChromium);
assert.deepEqual(names.map((name) => inChromium[name]), ["other=taken", "none", "none"]);
const planted = "__Host-session=planted";
assert.deepEqual(names.map((name) => inWebKit[name]), [`${planted}; other=taken`, planted, planted]);
process.exit(0);
JS
timeout 180 node try.mjs "$mini"
