// better-auth with Redis as its secondary storage, as its guide sets it up: users in a database (here in memory), sessions in Redis.
// node better-auth.mjs PORT REDIS_URL
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import express from "express";
import { createClient } from "redis";

const [, , port, url] = process.argv;
const body = { user: { id: "2304d6e4", name: "bench" }, cart: { lines: [{ sku: "tote", quantity: 1 }] } };
const redis = await createClient({ url }).connect();
const key = (name) => `better-auth:${name}`;

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: "a secret for nothing but measuring",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  secondaryStorage: {
    get: (name) => redis.get(key(name)),
    set: (name, value, ttl) => redis.set(key(name), value, ttl ? { EX: ttl } : {}),
    delete: (name) => redis.del(key(name)),
  },
});

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.all("/api/auth/{*any}", toNodeHandler(auth));
app.get("/bare", (_, response) => response.json(body));
app.get("/session", async (request, response) => {
  const found = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
  if (!found) return response.sendStatus(401);
  response.json({ ...body, user: { id: found.user.id, name: found.user.name } });
});

app.listen(Number(port), "127.0.0.1");
