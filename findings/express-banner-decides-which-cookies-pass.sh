#!/usr/bin/env bash
# A proxy that passes rawHeaders on keeps one Set-Cookie of three as soon as anybody has set any other header.
#
# A good guess: `response.writeHead(status, upstream.rawHeaders)` sends the upstream's lines as they came. That is what
#   the array form is for, and duplicates are the reason to use it.
# Versions: Node 20.20.2, express 5.3.0, express-session 1.19.0.
# Instead: Node 20 writes the array as it is only while no header has been set. After one setHeader(), whatever its
#   name, each pair goes through setHeader() and the last line of a name wins. Express sets X-Powered-By, so it loses
#   two cookies; with that banner switched off it loses none; with express-session before the proxy it loses none
#   either, since `on-headers` brings a writeHead of its own. The object form (`upstream.headers`) keeps all three.
# Output seen (cookies that arrive):
#   node:http: sid csrf theme
#   node:http, after setHeader("X-Frame-Options"): theme
#   the same with upstream.headers: sid csrf theme
#   express: theme
#   express without x-powered-by: sid csrf theme
#   express with express-session: sid csrf theme
# Why it matters: a security header added in front of a working proxy ends log-ins behind it, and a session library
#   repairs them. Nothing about it looks like a change of cookies.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
case $(node --version) in
  v20.*) ;;
  *) echo "needs Node 20 (seen with 20.20.2): later versions may have another writeHead" >&2; exit 2 ;;
esac
npm install --silent --ignore-scripts --no-audit --no-fund express@5.3.0 express-session@1.19.0

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer, get } from "node:http";
import express from "express";
import session from "express-session";

const listen = async (listener) => {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
};
const port = await listen((_request, response) => {
  response.setHeader("Set-Cookie", ["sid=abc; Path=/", "csrf=def; Path=/", "theme=dark; Path=/"]);
  response.end("signed in");
});
const proxy = (pick) => (request, response) => {
  get({ port, host: "127.0.0.1", path: request.url }, (upstream) => {
    response.writeHead(upstream.statusCode, pick(upstream));
    upstream.pipe(response);
  });
};
const raw = proxy((upstream) => upstream.rawHeaders);
const merged = proxy((upstream) => upstream.headers);
const after = (next) => (request, response) => {
  response.setHeader("X-Frame-Options", "DENY");
  next(request, response);
};
const sessions = session({ secret: "only for this run", resave: false, saveUninitialized: false });

const seen = {};
for (const [title, listener] of Object.entries({
  "node:http": raw,
  'node:http, after setHeader("X-Frame-Options")': after(raw),
  "the same with upstream.headers": after(merged),
  express: express().use(raw),
  "express without x-powered-by": express().disable("x-powered-by").use(raw),
  "express with express-session": express().use(sessions).use(raw),
})) {
  const answer = await fetch(`http://127.0.0.1:${await listen(listener)}/log-in`);
  assert.equal(await answer.text(), "signed in");
  seen[title] = answer.headers.getSetCookie().map((cookie) => cookie.split("=")[0]).join(" ");
  console.log(`${title}: ${seen[title]}`);
}
const all = "sid csrf theme";
assert.deepEqual(Object.values(seen), [all, "theme", all, "theme", all, all]);
process.exit(0);
JS
timeout 60 node try.mjs
