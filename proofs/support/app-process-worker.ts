import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { sessionCookie } from "@carryover/session/internal/cookie/cookie";
import { readEnv } from "@carryover/session/internal/env";
import { SESSION_HEADER } from "@carryover/session/internal/next/handover-sign";
import { readHandover } from "@carryover/session/internal/next/handover-verify";
import { NextRequest } from "next/server";
import { listen } from "@/local-cloud/processes/listen";
import { middleware } from "@/middleware";
import { findRouteHandlers } from "../input/route-handlers";

// One server of the app, a process of its own: the route handlers and the middleware behind a plain HTTP server. In place of
// a page it shows what the middleware has handed on.

const handlers = await findRouteHandlers();
const env = readEnv();

async function page(request: Request): Promise<Response> {
  const answer = await middleware(new NextRequest(request));
  if (!answer.headers.has("x-middleware-next")) return answer;
  const word = answer.headers.get(`x-middleware-request-${SESSION_HEADER}`);
  const cookies = sessionCookie.values(request.headers.get("cookie"), { env, secure: false });
  return Response.json({ handover: readHandover(word, cookies, env)?.state ?? null });
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const { method = "GET", url = "/", rawHeaders } = incoming;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  const body = method === "GET" ? null : await buffer(incoming);
  return new Request(new URL(url, `http://${headers.get("host")}`), { method, headers, body });
}

const server = createServer(async (incoming, response) => {
  const request = await requestOf(incoming);
  const { pathname } = new URL(request.url);
  const found = handlers.find(({ path, method }) => path === pathname && method === request.method);
  const answer = await (found ? found.handler(request) : page(request));
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.end(Buffer.from(await answer.arrayBuffer()));
});

process.send?.({ port: await listen(server, 0) });
// The parent process has ended, in whatever way.
process.on("disconnect", () => process.exit());
