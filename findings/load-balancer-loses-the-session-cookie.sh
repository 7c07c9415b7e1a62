#!/usr/bin/env bash
# On Lambda behind an Application Load Balancer the adapters lose session cookies, without a word.
#
# A good guess: an adapter carries every Set-Cookie, or fails loudly where the answer's form has room for one only.
# Versions: serverless-http 4.0.0, @codegenie/serverless-express 4.17.1, @fastify/aws-lambda 6.4.1, hono 4.13.19,
#   express 5.3.0, express-session 1.19.0, fastify 5.12.8, Node 20.20.2.
# A target group has "multi-value headers" switched off unless somebody switches it on. Then the event has `headers`,
#   and the balancer reads the answer's `headers` only (AWS, "Use Lambda functions as targets of an ALB").
# Instead, with that event: serverless-http drops a Set-Cookie that is an array, and express-session always makes it
#   one, so its cookie never leaves; a cookie of `response.cookie()` alone does. Of two cookies serverless-express and
#   hono send the first; express-session adds its own last, so the theme goes out and the session does not.
#   @fastify/aws-lambda moves two cookies to `multiValueHeaders`, where this balancer does not look.
# Output seen (names of the cookies in `headers`):
#   serverless-http: theme -> theme, session -> none, both -> none
#   serverless-express: theme -> theme, session -> sid, both -> theme
#   @fastify/aws-lambda: theme -> theme, session -> sid, both -> none
#   hono: theme -> theme, session -> sid, both -> theme
# Why it matters: log-in works until the day it also remembers a theme. Status and body are right, nothing is logged.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund serverless-http@4.0.0 @codegenie/serverless-express@4.17.1 \
  @fastify/aws-lambda@6.4.1 hono@4.13.19 express@5.3.0 express-session@1.19.0 fastify@5.12.8

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import fastifyLambda from "@fastify/aws-lambda";
import serverlessExpress from "@codegenie/serverless-express";
import express from "express";
import session from "express-session";
import Fastify from "fastify";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { setCookie } from "hono/cookie";
import serverlessHttp from "serverless-http";

const expressApp = express();
expressApp.use(session({ name: "sid", secret: "only for this run", resave: false, saveUninitialized: false }));
expressApp.get("/log-in", (request, response) => {
  if (request.query.theme) response.cookie("theme", "dark");
  if (request.query.user) request.session.user = request.query.user;
  response.send("done");
});
const fastifyApp = Fastify();
fastifyApp.get("/log-in", async (request, reply) => {
  if (request.query.theme) reply.header("Set-Cookie", "theme=dark; Path=/");
  if (request.query.user) reply.header("Set-Cookie", "sid=abc; Path=/");
  return "done";
});
const honoApp = new Hono();
honoApp.get("/log-in", (context) => {
  if (context.req.query("theme")) setCookie(context, "theme", "dark");
  if (context.req.query("user")) setCookie(context, "sid", "abc");
  return context.text("done");
});

const handlers = {
  "serverless-http": serverlessHttp(expressApp),
  "serverless-express": (serverlessExpress.default ?? serverlessExpress)({ app: expressApp }),
  "@fastify/aws-lambda": fastifyLambda(fastifyApp),
  hono: handle(honoApp),
};
const event = (query) => ({
  requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/shop/1" } },
  httpMethod: "GET",
  path: "/log-in",
  queryStringParameters: query,
  headers: { host: "shop.test", "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https" },
  body: "",
  isBase64Encoded: false,
});
const sent = async (handler, query) => {
  const answer = await handler(event(query), {});
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.body, "done");
  const cookies = Object.entries(answer.headers ?? {}).filter(([name]) => name.toLowerCase() === "set-cookie");
  return cookies.map(([, value]) => String(value).split("=")[0]).join(" ") || "none";
};

const seen = {};
for (const [adapter, handler] of Object.entries(handlers)) {
  const theme = await sent(handler, { theme: "dark" });
  const user = await sent(handler, { user: "ada" });
  const both = await sent(handler, { theme: "dark", user: "ada" });
  seen[adapter] = `theme -> ${theme}, session -> ${user}, both -> ${both}`;
  console.log(`${adapter}: ${seen[adapter]}`);
}
assert.deepEqual(seen, {
  "serverless-http": "theme -> theme, session -> none, both -> none",
  "serverless-express": "theme -> theme, session -> sid, both -> theme",
  "@fastify/aws-lambda": "theme -> theme, session -> sid, both -> none",
  hono: "theme -> theme, session -> sid, both -> theme",
});
process.exit(0); // serverless-express leaves a server open
JS
timeout 120 node try.mjs
