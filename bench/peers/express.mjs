// The most used pair: express-session with connect-redis on node-redis, as their guides set them up.
// node express.mjs PORT REDIS_URL
import { RedisStore } from "connect-redis";
import express from "express";
import session from "express-session";
import { createClient } from "redis";

const [, , port, url] = process.argv;
const user = { id: "2304d6e4-1d53-40d4-be30-c35ae32b4f3a", name: "guest-b7aa0bcb" };
const body = { user, cart: { lines: [{ sku: "tote", quantity: 1 }] } };
const redis = await createClient({ url }).connect();

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.get("/bare", (_, response) => response.json(body));

const withSession = session({
  store: new RedisStore({ client: redis, prefix: "express:" }),
  secret: "a secret for nothing but measuring",
  resave: false,
  saveUninitialized: false,
});
app.post("/session", withSession, (request, response) => {
  Object.assign(request.session, body);
  response.sendStatus(204);
});
app.post("/add", withSession, ({ session: { cart } }, response) => {
  cart.lines[0].quantity += 1;
  response.json({ cart });
});
app.get("/session", withSession, ({ session: { user: owner, cart } }, response) =>
  response.json({ user: owner, cart }),
);

app.listen(Number(port), "127.0.0.1");
