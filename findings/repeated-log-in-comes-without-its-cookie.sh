#!/usr/bin/env bash
# A log-in repeated with its idempotency key is answered as a success, without the cookie; a redirect is a 409.
#
# A good guess: who sends a request again with the same Idempotency-Key, because the answer was lost, gets that answer.
# Versions: express-idempotency 1.0.6, express 5.3.0, express-session 1.19.0, Node 20.20.2.
# Instead: of the first answer the status, the body and Content-Type are kept, and no other header: the repetition of
#   a JSON log-in says 201 and signs nobody in. Only `response.send()` is recorded, so that a log-in that ends in a
#   redirect counts as "in progress" from then on. The order of the two middlewares does not matter.
# Output seen:
#   JSON, first answer: 201 with sid, repeated: 201 without cookie, then GET /me: 401
#   form, first answer: 303 with sid, repeated: 409 without cookie, then GET /me: 401
# Why it matters: the one case that the key is for, a lost answer, ends in "signed in" and a client that is not. A
#   further try gets the same empty success for as long as the key is kept; a new key makes a second session.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund express-idempotency@1.0.6 express@5.3.0 \
  express-session@1.19.0

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import express from "express";
import { getSharedIdempotencyService, idempotency } from "express-idempotency";
import session from "express-session";

const start = async (order) => {
  const middlewares = {
    session: session({ name: "sid", secret: "only for this run", resave: false, saveUninitialized: false }),
    idempotency: idempotency(),
  };
  const app = express().use(...order.map((name) => middlewares[name]));
  const logIn = (finish) => (request, response) => {
    if (getSharedIdempotencyService().isHit(request)) return; // as its README says
    request.session.user = "ada";
    finish(response);
  };
  app.post("/json", logIn((response) => response.status(201).json({ user: "ada" })));
  app.post("/form", logIn((response) => response.redirect(303, "/me")));
  app.get("/me", (request, response) => response.sendStatus(request.session.user ? 200 : 401));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${server.address().port}`;
};

const run = async (site, path) => {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const send = async () => {
    const answer = await fetch(site + path, { method: "POST", headers, redirect: "manual" });
    await answer.text();
    return answer;
  };
  const describe = (answer) => {
    const [cookie] = answer.headers.getSetCookie();
    return `${answer.status} ${cookie ? `with ${cookie.split("=")[0]}` : "without cookie"}`;
  };
  const first = await send(); // lost on its way, so that the client keeps nothing of it
  const repeated = await send();
  const cookies = repeated.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const me = await fetch(`${site}/me`, { headers: { cookie: cookies } });
  return `first answer: ${describe(first)}, repeated: ${describe(repeated)}, then GET /me: ${me.status}`;
};

for (const order of [["session", "idempotency"], ["idempotency", "session"]]) {
  const site = await start(order);
  const seen = { JSON: await run(site, "/json"), form: await run(site, "/form") };
  if (order[0] === "session") for (const [kind, text] of Object.entries(seen)) console.log(`${kind}, ${text}`);
  assert.deepEqual(seen, {
    JSON: "first answer: 201 with sid, repeated: 201 without cookie, then GET /me: 401",
    form: "first answer: 303 with sid, repeated: 409 without cookie, then GET /me: 401",
  });
}
process.exit(0);
JS
timeout 60 node try.mjs 2>errors || { cat errors >&2; exit 1; } # Express logs the 409
