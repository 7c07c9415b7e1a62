#!/usr/bin/env bash
# helmet's default Referrer-Policy makes React Router refuse the site's own HTML forms.
#
# A good guess: Referrer-Policy is about the Referer header. A check of Origin is what remains when Referer is off,
#   and a form that a site posts to itself carries the site's origin.
# Versions: helmet 8.3.0, @react-router/express and react-router 7.18.4, express 5.3.0, hono 4.13.19,
#   @hono/node-server 2.1.9, Chromium 156.0.8078.108 (Debian 12), playwright-core 1.65.1, Node 20.20.2.
# Instead: under `no-referrer` Chromium sends `Origin: null` with a form's POST, also to the same origin (Fetch
#   standard, "append a request Origin header"). React Router compares "null" with the host and answers 400.
#   fetch() keeps its origin, so the same form works as soon as scripts take it over. Hono's csrf() under
#   secureHeaders(), which sets the same policy, accepts the form because it asks Sec-Fetch-Site as well.
# Output seen:
#   React Router: form 303 (Origin: own), fetch 303 (Origin: own)
#   React Router + helmet: form 400 (Origin: null), fetch 303 (Origin: own)
#   Hono csrf + secureHeaders: form 200 (Origin: null), fetch 200 (Origin: own)
# Tried by hand with Firefox 153.8.0esr (Debian 12): the form's Origin is null, too.
# Why it matters: log-in by a form without JavaScript, or before hydration, is a bare "Bad Request" for people only.
#   Whoever checks Origin has to choose the policy with it (`same-origin` keeps the header), or ask Sec-Fetch-Site.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chromium=$(command -v chromium) || { echo "needs chromium (Debian: chromium 156)" >&2; exit 2; }
version=$("$chromium" --version 2>/dev/null)
case $version in *" 156."*) ;; *) echo "note: seen with Chromium 156, this is $version" ;; esac
npm install --silent --ignore-scripts --no-audit --no-fund helmet@8.3.0 @react-router/express@7.18.4 \
  @react-router/node@7.18.4 react-router@7.18.4 react@19.3.0 react-dom@19.3.0 express@5.3.0 hono@4.13.19 \
  @hono/node-server@2.1.9 playwright-core@1.65.1

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createRequestHandler } from "@react-router/express";
import express from "express";
import helmet from "helmet";
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { secureHeaders } from "hono/secure-headers";
import { chromium } from "playwright-core";

const button = "<form method=post action=/log-in><button>Log in</button></form>";
const form = `<!doctype html><link rel=icon href=data:,>${button}`;

// What `react-router build` writes, for an app of one route with one action.
const route = { id: "root", path: "log-in" };
const action = async () => new Response(null, { status: 303, headers: { Location: "/" } });
const build = {
  entry: { module: { default: (_request, status, headers) => new Response("a page", { status, headers }) } },
  routes: { root: { ...route, module: { default: () => null, action } } },
  assets: {
    entry: { imports: [], module: "" },
    routes: { root: { ...route, hasAction: true, hasLoader: false, hasErrorBoundary: false, module: "", imports: [] } },
    url: "",
    version: "1",
  },
  publicPath: "/",
  assetsBuildDirectory: "",
  future: {},
  ssr: true,
  isSpaMode: false,
  prerender: [],
  routeDiscovery: { mode: "initial" },
};
const reactRouter = (...before) => {
  const app = express();
  for (const middleware of before) app.use(middleware);
  app.get("/", (_request, response) => response.type("html").send(form));
  return app.use(createRequestHandler({ build, mode: "production" }));
};
const hono = new Hono().use(secureHeaders()).use(csrf());
hono.get("/", (context) => context.html(form));
hono.post("/log-in", (context) => context.text("signed in"));
const overPlainHttp = { upgradeInsecureRequests: null }; // this run has no certificate; no part of the finding
const sites = {
  "React Router": reactRouter(),
  "React Router + helmet": reactRouter(helmet({ contentSecurityPolicy: { directives: overPlainHttp } })),
  "Hono csrf + secureHeaders": getRequestListener(hono.fetch),
};

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const seen = {};
for (const [name, listener] of Object.entries(sites)) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const site = `http://127.0.0.1:${server.address().port}`;
  const page = await browser.newPage();
  const post = async (press) => {
    await page.goto(site);
    const [answer] = await Promise.all([page.waitForResponse((each) => each.request().method() === "POST"), press()]);
    const origin = await answer.request().headerValue("origin");
    return `${answer.status()} (Origin: ${origin === site ? "own" : origin})`;
  };
  const byForm = await post(() => page.click("button"));
  const byFetch = await post(() =>
    page.evaluate(async () => {
      const type = "application/x-www-form-urlencoded";
      await fetch("/log-in", { method: "POST", body: "", headers: { "Content-Type": type } });
    }),
  );
  seen[name] = `form ${byForm}, fetch ${byFetch}`;
  console.log(`${name}: ${seen[name]}`);
  await page.close();
  server.close();
}
await browser.close();
assert.deepEqual(seen, {
  "React Router": "form 303 (Origin: own), fetch 303 (Origin: own)",
  "React Router + helmet": "form 400 (Origin: null), fetch 303 (Origin: own)",
  "Hono csrf + secureHeaders": "form 200 (Origin: null), fetch 200 (Origin: own)",
});
process.exit(0);
JS
timeout 120 node try.mjs "$chromium" 2>errors || { cat errors >&2; exit 1; } # React Router logs each refusal
