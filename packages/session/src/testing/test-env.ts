import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { createClient } from "redis";
import { startTestGateway, type TestGateway } from "../../../../local-cloud/gateway/test-gateway.ts";
import { listen } from "../../../../local-cloud/processes/listen.ts";
import { type Env, parseEnv } from "../env.ts";

/** For tests: an environment on a real Redis through a real gateway, and a way to look behind them. */
export interface TestEnv {
  readonly cloud: TestGateway;
  readonly env: Env;
  /** What the environment was parsed from. */
  readonly variables: Readonly<Record<string, string>>;
  /** Redis itself, past the gateway. */
  readonly direct: ReturnType<typeof clientOf>;
  stop(): Promise<void>;
}

export const testSecret = "a secret for tests that is long enough";

/** The variables that must be there. */
export function testVariables(url: string, token: string): Record<string, string> {
  return { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, SESSION_SECRET: testSecret };
}

export async function startTestEnv(more: Readonly<Record<string, string>> = {}): Promise<TestEnv> {
  const cloud = await startTestGateway();
  // All tests come from one address.
  const variables = { ...testVariables(cloud.url, cloud.token), BEGIN_LIMIT: "1000000", ...more };
  const direct = clientOf(cloud.redis.url);
  // A test may end or restart its Redis: what fails then is its commands, not the test's process.
  direct.on("error", () => {});
  await direct.connect();
  return {
    cloud,
    env: parseEnv(variables),
    variables,
    direct,
    async stop() {
      direct.destroy();
      await cloud.stop();
    },
  };
}

function clientOf(url: string) {
  return createClient({ url });
}

/** A stand-in for a gateway that is broken, or that someone listens to. */
export interface FakeGateway {
  readonly url: string;
  /** The bodies of the requests so far. */
  readonly bodies: readonly string[];
  /** How many connections were opened so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** What it says to a request, `null` to hang up without a word. */
type Reply = { readonly status: number; readonly body: string; readonly location?: string } | null;

export async function startFakeGateway(
  reply: (body: string, path: string, headers: IncomingHttpHeaders) => Reply | Promise<Reply>,
  host: "127.0.0.1" | "[::1]" = "127.0.0.1",
): Promise<FakeGateway> {
  const bodies: string[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const body = Buffer.concat(chunks).toString();
    bodies.push(body);
    const said = await reply(body, request.url ?? "/", request.headers);
    if (!said) return response.destroy();
    const { status, location } = said;
    response.writeHead(status, { "content-type": "application/json", ...(location && { location }) });
    response.end(said.body);
  });
  server.on("connection", () => connections++);
  const port = await listen(server, 0, host === "[::1]" ? "::1" : host);
  return {
    url: `http://${host}:${port}`,
    bodies,
    get connections() {
      return connections;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * For a {@link FakeGateway} that stands before the real one: what that answers. Over a connection of its own: one that was
 * kept may be closed by the time that it is used.
 */
export async function passOn(
  { url }: Pick<TestGateway, "url">,
  body: string,
  path: string,
  { authorization = "" }: IncomingHttpHeaders,
): Promise<{ readonly status: number; readonly body: string }> {
  const to = request(url + path, { method: "POST", headers: { authorization }, agent: false });
  const [answer]: IncomingMessage[] = await once(to.end(body), "response");
  const chunks: Buffer[] = (await answer?.toArray()) ?? [];
  return { status: answer?.statusCode ?? 502, body: Buffer.concat(chunks).toString() };
}
