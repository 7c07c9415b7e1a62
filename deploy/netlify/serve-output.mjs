// Serves what Netlify's builder has made, on one machine: `node serve-output.mjs PROJECT PORT`. The edge function runs in Deno, the
// server's function in this process, each from the files that are shipped; the function finds its prerendered pages in Netlify's own
// server for blobs. The router is an emulation: edge functions by their patterns, then files, then the function.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, request as openRequest } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { getDeployStore } from "@netlify/blobs";
import { BlobsServer } from "@netlify/blobs/server";
import { parseAllHeaders } from "@netlify/headers-parser";

const [projectArgument = ".", port = ""] = process.argv.slice(2);
const project = resolve(projectArgument);
const output = join(project, ".netlify");
const edgeFolder = join(output, "edge-functions");
const functionFolder = join(output, "functions-internal/___netlify-server-handler");
const blobsFolder = join(output, "deploy/v1/blobs/deploy");
const { functions: edgeFunctions } = JSON.parse(readFileSync(join(edgeFolder, "manifest.json"), "utf8"));
const [middleware] = edgeFunctions;
if (edgeFunctions.length !== 1)
  throw new Error("The middleware, and nothing else, should be an edge function.");
const middlewarePattern = new RegExp(middleware.pattern);

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
// One of those that blobs have; all is on this machine.
const REGION = "eu-central-1";
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);
const forwardedHeaders = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));

/** As Netlify's servers give it to a function. */
const contextOf = (headers) => ({
  account: { id: "local" },
  deploy: { id: "local", context: "production", published: true },
  site: { id: "local" },
  geo: {},
  ip: headers["x-nf-client-connection-ip"],
  requestId: headers["x-nf-request-id"],
  waitUntil() {},
});

// The prerendered pages, as the builder would upload them.
const dataFolder = mkdtempSync(join(tmpdir(), "carryover-blobs-"));
const token = randomUUID();
const blobs = new BlobsServer({ directory: dataFolder, token });
const { port: blobsPort } = await blobs.start();
const edgeURL = `http://localhost:${blobsPort}`;
const store = { siteID: "local", deployID: "local", token, edgeURL, uncachedEdgeURL: edgeURL };
process.env.NETLIFY_BLOBS_CONTEXT = Buffer.from(JSON.stringify({ ...store, primaryRegion: REGION })).toString(
  "base64",
);
for (const name of readdirSync(blobsFolder))
  await getDeployStore({ ...store, region: REGION }).set(name, readFileSync(join(blobsFolder, name), "utf8"));

// A function's working directory is its own folder.
process.chdir(functionFolder);
const { default: serverFunction } = await import(
  pathToFileURL(join(functionFolder, "___netlify-server-handler.mjs")).href
);

// What netlify.toml says of files. The last one that is for a path counts.
const { headers: fileHeaders } = await parseAllHeaders({
  netlifyConfigPath: join(project, "netlify.toml"),
  headersFiles: [],
  configHeaders: [],
  minimal: true,
});
const isFor = (pattern, path) =>
  new RegExp(`^${pattern.replaceAll(/[.+?^$()[\]{}|\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(path);
const headersOf = (path) =>
  Object.fromEntries(
    fileHeaders
      .filter((each) => isFor(each.for, path))
      .flatMap(({ values }) => Object.entries(values))
      .map(([name, value]) => [name.toLowerCase(), value]),
  );

/** Files first, and then the function. */
async function answerAsOrigin(request, response) {
  const { "x-forwarded-host": host = "localhost" } = request.headers;
  const url = new URL(`http://${host}${request.url}`);
  if (["GET", "HEAD"].includes(request.method) && answerFile(url.pathname, request, response)) return;
  const { method } = request;
  const hasBody = method !== "GET" && method !== "HEAD";
  const asked = new Request(url, {
    method,
    headers: forwardedHeaders(request.headers),
    ...(hasBody && { body: Readable.toWeb(request), duplex: "half" }),
  });
  const answer = await serverFunction(asked, contextOf(request.headers));
  const headers = forwardedHeaders(Object.fromEntries(answer.headers));
  response.writeHead(answer.status, { ...headers, "set-cookie": answer.headers.getSetCookie() });
  if (answer.body) for await (const chunk of answer.body) response.write(chunk);
  response.end();
}

function answerFile(path, request, response) {
  const file = join(output, "static", normalize(decodeURIComponent(path)));
  if (!file.startsWith(join(output, "static/")) || !statSync(file, { throwIfNoEntry: false })?.isFile())
    return false;
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "cache-control": path.startsWith("/_next/static/")
      ? "public, max-age=31536000, immutable"
      : "public, max-age=0, must-revalidate",
    ...headersOf(path),
  });
  response.end(request.method === "HEAD" ? undefined : readFileSync(file));
  return true;
}

/** To the edge function, and its answer back. */
function answerByEdge(request, response) {
  return new Promise((resolve, reject) => {
    const { method, url: path, headers } = request;
    const onward = openRequest({ host: "127.0.0.1", port: edgePort, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, forwardedHeaders(answer.headers));
      answer.pipe(response).on("close", resolve);
    });
    onward.on("error", reject);
    request.pipe(onward);
  });
}

/** Deno's program for this machine: the package `deno` brings one for each kind, and npm has installed the right one. */
function denoProgram() {
  const require = createRequire(import.meta.url);
  for (const name of Object.keys(require("deno/package.json").optionalDependencies)) {
    try {
      return require.resolve(`${name}/deno`);
    } catch {
      // Of another machine.
    }
  }
  throw new Error("There is no Deno for this machine.");
}

function serve(answer) {
  const server = createServer(async (request, response) => {
    try {
      await answer(request, response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  return server;
}

const origin = serve(answerAsOrigin).listen(0, "127.0.0.1");
await once(origin, "listening");

// No network but to Redis and back to here, no module from elsewhere.
const deno = spawn(
  denoProgram(),
  [
    ...["run", "--no-config", "--no-lock", "--no-remote", "--no-npm", "--no-prompt"],
    ...[
      "--allow-net",
      "--allow-env",
      "--allow-read",
      `--import-map=${output}/edge-functions-import-map.json`,
    ],
    join(import.meta.dirname, "serve-edge.mjs"),
    pathToFileURL(join(edgeFolder, middleware.function, `${middleware.function}.js`)).href,
    `${origin.address().port}`,
  ],
  { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NO_COLOR: "1" } },
);
deno.on("exit", () => process.exit(1));
const [line] = await once(createInterface({ input: deno.stdout }), "line");
deno.stdout.pipe(process.stdout);
const edgePort = Number(line);

const server = serve((request, response) => {
  if (!request.url?.startsWith("/")) return response.writeHead(400).end();
  // What Netlify's servers say of a request, whatever the client says.
  Object.assign(request.headers, {
    "x-nf-request-id": randomUUID(),
    "x-nf-client-connection-ip": request.socket.remoteAddress ?? "127.0.0.1",
    "x-forwarded-for": request.socket.remoteAddress ?? "127.0.0.1",
    "x-forwarded-host": request.headers.host ?? "localhost",
    "x-forwarded-proto": "http",
  });
  const { pathname } = new URL(request.url, "http://localhost");
  return middlewarePattern.test(pathname)
    ? answerByEdge(request, response)
    : answerAsOrigin(request, response);
});
server.listen(Number(port), "localhost");
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    deno.removeAllListeners("exit");
    deno.kill("SIGKILL");
    rmSync(dataFolder, { recursive: true, force: true });
    process.exit(0);
  });
}
