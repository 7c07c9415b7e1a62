// Stands in for API Gateway and S3 on one machine: turns HTTP requests into the events of an HTTP API (payload 2.0), calls the
// function's handler with them, and serves the static files. `node serve-handler.mjs ASSETS PORT` in the function's folder.
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [assets = "", port = ""] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(resolve("index.mjs")).href);

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** As S3 behind a CDN would: what was built has its hash in its name and is kept for good, other files for a day. */
async function answerFromAssets(path, response) {
  const file = join(assets, normalize(path));
  if (!(await stat(file).catch(() => undefined))?.isFile()) return false;
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "cache-control": path.startsWith("/_next/static/")
      ? "public, max-age=31536000, immutable"
      : "public, max-age=86400",
  });
  response.end(await readFile(file));
  return true;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0 */
function eventOf(request, url, body) {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : value,
    ]),
  );
  const { cookie, ...others } = headers;
  const sourceIp = request.socket.remoteAddress ?? "127.0.0.1";
  const http = {
    method: request.method,
    path: url.pathname,
    protocol: "HTTP/1.1",
    sourceIp,
    userAgent: headers["user-agent"] ?? "",
  };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie && { cookies: cookie.split("; ") }),
    headers: {
      ...others,
      "x-forwarded-for": sourceIp,
      "x-forwarded-port": port,
      "x-forwarded-proto": "http",
    },
    ...(url.search && { queryStringParameters: Object.fromEntries(url.searchParams) }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName: headers.host,
      domainPrefix: "local",
      http,
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && { body: body.toString("base64") }),
    isBase64Encoded: body.length > 0,
  };
}

const server = createServer(async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(`http://localhost${request.url?.startsWith("/") ? request.url : "/"}`);
    if (request.method === "GET" && (await answerFromAssets(url.pathname, response))) return;
    const result = await handler(eventOf(request, url, Buffer.concat(chunks)), {
      awsRequestId: randomUUID(),
    });
    response.writeHead(result.statusCode, {
      ...result.headers,
      ...(result.cookies?.length && { "set-cookie": result.cookies }),
    });
    response.end(Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8"));
  } catch (error) {
    console.error(error);
    // As API Gateway answers for a function that failed.
    if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
    response.end('{"message":"Internal Server Error"}');
  }
});
server.listen(Number(port), "localhost");
