import { createServer } from "node:http";
import { installStoreTracing, tracedIfOn } from "@carryover/session/internal/process-state";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { trace } from "@opentelemetry/api";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod/mini";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as logout from "@/app/api/logout/route";
import * as session from "@/app/api/session/route";
import { server } from "@/lib/session";
import { contextOf } from "@/lib/test-context";
import { listen } from "@/local-cloud/processes/listen";
import { startTracing } from "./start-tracing";

const attribute = z.object({
  key: z.string(),
  value: z.object({ intValue: z.optional(z.coerce.number()), stringValue: z.optional(z.string()) }),
});
const span = z.object({
  name: z.string(),
  attributes: z.array(attribute),
  status: z.object({ code: z.optional(z.number()), message: z.optional(z.string()) }),
});
const sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

let test: TestEnv;
/** What came to the collector: bodies of OTLP over HTTP. */
const bodies: string[] = [];
const collector = createServer(async (request, response) => {
  const chunks: Buffer[] = await request.toArray();
  if (request.url === "/v1/traces") bodies.push(Buffer.concat(chunks).toString());
  response.end("{}");
});

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const port = await listen(collector, 0, "127.0.0.1");
  test = await startTestServer({
    INSTANCE_NAME: "a",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_BSP_SCHEDULE_DELAY: "50",
  });
});
afterAll(async () => {
  installStoreTracing(undefined);
  trace.disable();
  collector.closeAllConnections();
  collector.close();
  await test?.stop();
});

const received = () => bodies.flatMap((body) => sent.parse(JSON.parse(body)).resourceSpans);
const spans = () => received().flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
const seen = () =>
  spans().map(({ name, attributes }) => [
    name,
    attributes.find(({ key }) => key === "redis.rest_requests")?.value.intValue,
  ]);

it("is not there before it is started: the store is the store", () => {
  const { sessions, redis } = contextOf(new Headers());
  expect(tracedIfOn(sessions, redis)).toBe(sessions);
});

it("sends a span for each step of a session's life, with its REST requests, to the collector", async () => {
  await startTracing(server);
  const visitor = createVisitor();
  await visitor.post(cartAdd.POST, { sku: "tote" });
  await visitor.post(cartAdd.POST, { sku: "tote" });
  await visitor.get(session.GET);
  await visitor.post(guest.POST);
  await visitor.post(logout.POST);
  await createVisitor().get(session.GET);
  await vi.waitFor(() => expect(seen()).toHaveLength(6), 10_000);
  expect(seen()).toEqual([
    ["session create", 1],
    ["session update", 1],
    ["session get", 1],
    ["session peek", 1],
    ["session rotate", 2],
    ["session destroy", 2],
  ]);
  const [about] = received();
  const said = about?.resource.attributes.map(({ key, value }) => [key, value.stringValue]);
  expect(said).toContainEqual(["service.name", "carryover"]);
  expect(said).toContainEqual(["service.instance.id", "a"]);
});

it("records an outage as an error, and nothing of any session", async () => {
  const visitor = createVisitor();
  await visitor.post(guest.POST);
  const ids = (await test.direct.keys("session:*")).map((key) => key.slice("session:".length));
  await test.cloud.gateway.close();
  expect((await visitor.get(session.GET)).status).toBe(503);
  await vi.waitFor(() => expect(spans().at(-1)?.status.code).toBe(2), 10_000);
  expect(spans().at(-1)?.status.message).toMatch(/^\w+$/);
  for (const secret of [...ids, visitor.cookie.split("=")[1], "guest-"])
    expect(bodies.join()).not.toContain(secret);
});
