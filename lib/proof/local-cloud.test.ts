import { createServer, type RequestListener, type Server } from "node:http";
import { testVariables } from "@carryover/session/internal/testing/test-env";
import { codeOf, createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { GET, POST } from "@/app/api/proof/cloud/route";
import { parseShopEnv } from "@/lib/shop-env";
import { listen } from "@/local-cloud/processes/listen";
import { readCloud, startChaosAction } from "./local-cloud";

const log = vi.spyOn(console, "error").mockImplementation(() => {});
vi.spyOn(console, "info").mockImplementation(() => {});
const token = "the-token-of-the-supervisor";
const known = {
  instances: [{ name: "a", state: "running", startedAt: "2026-11-25T04:00:00.000Z" }],
  gateway: { state: "running", requests: 7 },
  redis: { state: "running", commands: 70, memoryBytes: 7_000_000 },
  action: { name: "stop-redis", state: "running" },
};
// Ports and processes are the supervisor's own business.
const said = {
  ...known,
  instances: known.instances.map((each) => ({ ...each, port: 4711, pid: 4712 })),
  gateway: { ...known.gateway, url: "http://127.0.0.1:4713", commands: 9 },
  redis: { ...known.redis, port: 4714, pid: 4715 },
};

let server: Server;
let url = "";
let asked: string[];
let reply: RequestListener;

const replyWith =
  (status: number, body: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(body);

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    reply(request, response);
  });
  url = `http://127.0.0.1:${await listen(server, 0)}`;
  // No Redis: nothing here may ask one.
  const variables = { ...testVariables("http://127.0.0.1:9", "none"), INSTANCE_NAME: "a" };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.stubEnv("SUPERVISOR_URL", url);
  vi.stubEnv("SUPERVISOR_TOKEN", token);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  reply = replyWith(200, JSON.stringify(said));
});
afterEach(() => log.mockClear());

describe("on the local cloud", () => {
  it("the parts are shown, without their ports and processes", async () => {
    const response = await createVisitor().get(GET);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-served-by")).toBe("a");
    expect(await response.json()).toEqual({ servedBy: "a", ...known });
    expect(asked).toEqual([`GET /status Bearer ${token}`]);
  });

  it("a gateway or Redis outside this cloud is null, and so are the figures of a Redis that does not answer", async () => {
    for (const parts of [
      { ...known, gateway: null, redis: null, action: null },
      { ...known, redis: { state: "stopped", commands: null, memoryBytes: null } },
    ]) {
      reply = replyWith(200, JSON.stringify(parts));
      expect(await (await createVisitor().get(GET)).json()).toEqual({ servedBy: "a", ...parts });
    }
  });

  it("a chaos action is begun, as JSON and as a form, which goes back to the page", async () => {
    const response = await createVisitor().post(POST, { action: "stop-server", instance: "b" });
    expect(await response.json()).toEqual({ servedBy: "a", ...known });
    const form = await createVisitor().submit(POST, { action: "add-server", instance: "" });
    expect([form.status, form.headers.get("location")]).toEqual([303, "/proof"]);
    expect(asked.map((line) => line.split(" Bearer")[0])).toEqual([
      "POST /chaos/stop-server/b",
      "POST /chaos/add-server",
    ]);
  });

  it.each([
    [{}, "action"],
    [{ action: "format-disk" }, "action"],
    [{ action: "../instances" }, "action"],
    [{ action: ["add-server"] }, "action"],
    [{ action: "stop-server" }, "instance"],
    [{ action: "stop-server", instance: "" }, "instance"],
    [{ action: "kill-server", instance: "a/../b" }, "instance"],
    [{ action: "add-server", instance: "a" }, "instance"],
  ])("%j is refused, and the supervisor not asked", async (fields, field) => {
    const response = await createVisitor().post(POST, fields);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid", field });
    expect(asked).toEqual([]);
  });

  it("a chaos action from another site is refused, and the supervisor not asked", async () => {
    const from = { "sec-fetch-site": "cross-site" };
    const response = await createVisitor().post(POST, { action: "add-server" }, from);
    expect(await codeOf(response)).toEqual([403, "cross-site"]);
    expect(asked).toEqual([]);
  });

  it("a page whose name was made to lead here finds nothing: neither to read nor to begin", async () => {
    const host = "evil.example:3000";
    const from = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    const visitor = createVisitor();
    expect(await codeOf(await visitor.send(GET, "/api/proof/cloud", { headers: from }))).toEqual([
      404,
      "not-found",
    ]);
    expect(await codeOf(await visitor.post(POST, { action: "add-server" }, from))).toEqual([
      404,
      "not-found",
    ]);
    expect(asked).toEqual([]);
    for (const own of ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"]) {
      const headers = { ...from, host: own, origin: `http://${own}` };
      expect((await visitor.post(POST, { action: "add-server" }, headers)).status, own).toBe(200);
    }
  });

  it("a chaos action while another one runs is busy: try again; a form says so on its page", async () => {
    reply = replyWith(409, '{"error":"Another action is running."}');
    const response = await createVisitor().post(POST, { action: "add-server" });
    expect(response.headers.get("retry-after")).toBe("1");
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { code: "busy", detail: "Another action is running." },
    ]);
    const form = await createVisitor().submit(POST, { action: "add-server" });
    expect([form.status, form.headers.get("location")]).toEqual([303, "/proof?error=busy"]);
  });

  it("a chaos action that is refused says why", async () => {
    reply = replyWith(400, '{"error":"This is the last server."}');
    const response = await createVisitor().post(POST, { action: "stop-server", instance: "a" });
    expect(await response.json()).toMatchObject({ code: "invalid", detail: "This is the last server." });
    reply = replyWith(404, '{"error":"There is no such server."}');
    const unknown = await createVisitor().post(POST, { action: "stop-server", instance: "z" });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "not-found" }]);
  });
});

describe("a supervisor that is not well", () => {
  it.each<[string, RequestListener]>([
    ["hangs up", (_, response) => response.destroy()],
    ["answers with nonsense", replyWith(200, "<html>")],
    ["answers with something else", replyWith(200, '{"instances":[]}')],
    ["refuses the token", replyWith(401, '{"error":"secret text"}')],
    ["fails", replyWith(500, '{"error":"secret text"}')],
    ["refuses without a word", replyWith(409, "{}")],
    ["leads elsewhere", (_, response) => response.writeHead(307, { location: "/x" }).end()],
  ])("%s: 503, and nothing of what it said, nor the token, gets out", async (_, listener) => {
    reply = listener;
    for (const response of [
      await createVisitor().get(GET),
      await createVisitor().post(POST, { action: "add-server" }),
    ]) {
      const text = await response.text();
      expect([response.status, JSON.parse(text).code]).toEqual([503, "unavailable"]);
      expect(text + JSON.stringify(log.mock.calls)).not.toMatch(/secret text|the-token/);
    }
    expect(log).toHaveBeenCalledTimes(2);
  });

  it("hangs: 503 in time", async () => {
    reply = () => {};
    const began = Date.now();
    expect(await codeOf(await createVisitor().get(GET))).toEqual([503, "unavailable"]);
    expect(Date.now() - began).toBeLessThan(5_000);
  });
});

describe("without a supervisor", () => {
  const env = parseShopEnv({});

  it("there is nothing to read and nothing to begin", async () => {
    for (const work of [readCloud(env), startChaosAction(env, { action: "add-server" })]) {
      await expect(work).rejects.toMatchObject({ code: "not-found" });
    }
    expect(asked).toEqual([]);
  });

  it("the address answers 404 to whatever comes, forms and nonsense included", async () => {
    vi.resetModules();
    vi.stubEnv("SUPERVISOR_URL", "");
    vi.stubEnv("SUPERVISOR_TOKEN", "");
    const elsewhere = await import("@/app/api/proof/cloud/route");
    const visitor = createVisitor();
    for (const response of [
      await visitor.get(elsewhere.GET),
      await visitor.post(elsewhere.POST, { action: "add-server" }),
      await visitor.post(elsewhere.POST, {}),
      await visitor.submit(elsewhere.POST, { action: "add-server" }),
      await visitor.send(elsewhere.POST, "/api/x", {
        method: "POST",
        body: "<",
        headers: { "content-type": "x/y" },
      }),
    ]) {
      expect(await codeOf(response)).toEqual([404, "not-found"]);
      expect(response.headers.get("x-served-by")).toBe("a");
    }
    expect(asked).toEqual([]);
  });
});
