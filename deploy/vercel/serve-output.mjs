// Serves a Vercel Build Output (v3) on one machine: `node serve-output.mjs PROJECT PORT`. The edge function runs in Vercel's own
// edge-runtime, each Node function in a process of its own from the files that would be shipped, through its own launcher.
// The router is an emulation: of Vercel's language for routes it speaks what this app's output says, and refuses the rest.
import { readFileSync, realpathSync, statSync } from "node:fs";
import { createServer, request as openRequest } from "node:http";
import { extname, join, resolve } from "node:path";
import { middlewareOf } from "./edge-middleware.mjs";
import { startFunctions } from "./node-functions.mjs";
import { matchRoute, readPhases } from "./routes.mjs";

const [projectArgument = ".", port = ""] = process.argv.slice(2);
const project = resolve(projectArgument);
const output = join(project, ".vercel/output");
const config = JSON.parse(readFileSync(join(output, "config.json"), "utf8"));
const phases = readPhases(config.routes);
const functions = startFunctions(project);
const runMiddleware = await middlewareOf(join(output, "functions/middleware.func"));

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "application/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** What the output has at a path: a file, a page made beforehand, a function, or nothing. */
function find(path) {
  const name = path === "/" ? "index" : decodeURIComponent(path).slice(1);
  if (name.split("/").includes("..")) return undefined;
  const overridden = Object.entries(config.overrides).find(([, { path: shown }]) => shown === name)?.[0];
  const file = [name, overridden].find((each) => each && isFile(join(output, "static", each)));
  if (file) {
    const type = config.overrides[file]?.contentType ?? TYPES[extname(file)] ?? "application/octet-stream";
    return { kind: "file", path: join(output, "static", file), headers: { "content-type": type } };
  }
  const prerender = join(output, "functions", `${name}.prerender-config.json`);
  if (isFile(prerender)) {
    const { fallback, initialHeaders } = JSON.parse(readFileSync(prerender, "utf8"));
    const path = join(output, "functions", name, "..", fallback.fsPath.split("/").at(-1));
    return { kind: "file", path, headers: initialHeaders };
  }
  const folder = join(output, "functions", `${name}.func`);
  return isFolder(folder) ? { kind: "function", folder: realpathSync(folder), matched: path } : undefined;
}

function answerFile(found, { request, response, headers, status }) {
  if (request.method !== "GET" && request.method !== "HEAD") return response.writeHead(405).end();
  const cache = { "cache-control": "public, max-age=0, must-revalidate" };
  response.writeHead(status ?? 200, { ...cache, ...found.headers, ...headers });
  response.end(request.method === "HEAD" ? undefined : readFileSync(found.path));
}

/** The visitor's own query, and after it what the routes have added. */
function searchOf(url, query) {
  const all = new URLSearchParams([...url.searchParams, ...query]);
  return all.size > 0 ? `?${all}` : "";
}

/** To the function's process, and its answer back; the router's headers are the last word. */
async function answerByFunction(found, exchange) {
  const { request, response, body, requestHeaders, url, query, headers, status } = exchange;
  const functionPort = await functions.portOf(found.folder);
  const inward = { ...requestHeaders, "x-matched-path": found.matched, "content-length": `${body.length}` };
  await new Promise((resolve, reject) => {
    const path = found.matched + searchOf(url, query);
    const options = { port: functionPort, host: "127.0.0.1", method: request.method, path, headers: inward };
    const onward = openRequest(options, (answer) => {
      const { connection: _, "keep-alive": __, ...own } = answer.headers;
      response.writeHead(status ?? answer.statusCode ?? 502, { ...own, ...headers });
      answer.pipe(response).on("close", resolve);
    });
    onward.on("error", reject);
    onward.end(body);
  });
}

async function route(request, response, body) {
  const url = new URL(
    request.url?.startsWith("/") ? `http://${request.headers.host}${request.url}` : "http://localhost/",
  );
  const { connection: _, "transfer-encoding": __, ...given } = request.headers;
  const state = {
    path: url.pathname,
    query: new URLSearchParams(),
    status: undefined,
    headers: {},
    requestHeaders: {
      ...Object.fromEntries(
        Object.entries(given).filter(([name]) => !/^x-(matched|middleware|vercel|now)/.test(name)),
      ),
      "x-forwarded-for": request.socket.remoteAddress ?? "127.0.0.1",
      "x-forwarded-host": request.headers.host ?? "",
      "x-forwarded-proto": "http",
    },
  };
  const exchange = (more) => ({ request, response, body, url, ...state, ...more });

  /** Takes the routes of one phase in turn. Resolves to true where the answer is out. */
  async function take(routes) {
    for (const each of routes) {
      const match = matchRoute(each, state, url, request.method);
      if (!match) continue;
      if (each.middlewarePath) {
        const outcome = await runMiddleware({ url, method: request.method, headers: state.requestHeaders });
        if (outcome.response) {
          response
            .writeHead(outcome.response.status, outcome.headers)
            .end(Buffer.from(await outcome.response.arrayBuffer()));
          return true;
        }
        Object.assign(state.headers, outcome.headers);
        state.requestHeaders = outcome.requestHeaders;
        state.status = outcome.status;
        if (outcome.rewrite) state.path = outcome.rewrite;
        continue;
      }
      Object.assign(state.headers, match.headers);
      if (each.status) state.status = each.status;
      if (match.headers.location && each.status) {
        response
          .writeHead(each.status, { ...state.headers, location: match.headers.location + url.search })
          .end();
        return true;
      }
      if (match.path) {
        const to = new URL(match.path, url);
        state.path = decodeURI(to.pathname);
        state.query = new URLSearchParams([...state.query, ...to.searchParams]);
      }
      if (each.check && (await answerChecked(routes))) return true;
      if (!each.continue && !each.check) return false;
    }
    return false;
  }

  /** What a route with `check` leads to: something that is there by this name, or behind a dynamic route. */
  async function answerChecked(routes) {
    return (await answerFound()) || (routes !== phases.rewrite && (await take(phases.rewrite)));
  }

  async function answerFound() {
    const found = find(state.path);
    if (!found) return false;
    for (const each of phases.hit) {
      const match = matchRoute(each, state, url, request.method);
      if (match) Object.assign(state.headers, match.headers);
    }
    delete state.headers["x-matched-path"];
    if (found.kind === "file") answerFile(found, exchange());
    else await answerByFunction(found, exchange());
    return true;
  }

  if (await take(phases.start)) return;
  if (await answerFound()) return;
  if (await take(phases.filesystem)) return;
  if (await answerFound()) return;
  for (const phase of ["miss", "rewrite", "resource"]) if (await take(phases[phase])) return;
  state.status = 404;
  state.path = "/_not-found";
  if (!(await answerFound())) response.writeHead(404).end("Not found");
}

const server = createServer(async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    await route(request, response, Buffer.concat(chunks));
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
});
server.listen(Number(port), "localhost");
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    functions.end();
    process.exit(0);
  });
}
