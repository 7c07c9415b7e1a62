import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EdgeRuntime } from "edge-runtime";

// What an edge function may ask of Node: https://vercel.com/docs/functions/runtimes/edge#compatible-node.js-modules
const ALLOWED = new Set(["async_hooks", "buffer", "events", "util", "assert"]);

/** The output's middleware, in Vercel's own edge-runtime: its own globals, and no Node but for five modules. */
export async function middlewareOf(folder) {
  const { runtime, entrypoint, environment } = JSON.parse(
    readFileSync(join(folder, ".vc-config.json"), "utf8"),
  );
  if (runtime !== "edge") throw new Error(`The middleware is for "${runtime}" and not for the edge.`);
  const nodeRequire = createRequire(import.meta.url);
  const limitedRequire = (name) => {
    const bare = name.replace(/^node:/, "");
    if (!ALLOWED.has(bare)) throw new Error(`An edge function has no "${name}".`);
    return nodeRequire(`node:${bare}`);
  };
  const edge = new EdgeRuntime({
    extend: (context) =>
      Object.assign(context, {
        process: { env: { ...process.env, ...environment } },
        require: limitedRequire,
        AsyncLocalStorage: nodeRequire("node:async_hooks").AsyncLocalStorage,
        Buffer,
      }),
  });
  const code = readFileSync(join(folder, entrypoint), "utf8");
  edge.evaluate(code.replace(/^(\s*)export default /m, "$1globalThis.__middleware = "));
  const exported = edge.context.__middleware;
  const handler = exported.default ?? exported;

  return async ({ url, method, headers }) => {
    const request = new edge.context.Request(url.href, { method, headers });
    return outcomeOf(await handler(request, { waitUntil() {} }), headers);
  };
}

/** What Next's middleware says to the router, by headers of its own. */
function outcomeOf(response, requestHeaders) {
  const own = Object.fromEntries(response.headers);
  const isPrivate = (name) => name.startsWith("x-middleware-");
  const headers = Object.fromEntries(Object.entries(own).filter(([name]) => !isPrivate(name)));
  const rewrite = own["x-middleware-rewrite"];
  if (own["x-middleware-next"] !== "1" && !rewrite) return { response, headers };
  const overridden = own["x-middleware-override-headers"];
  const names = overridden?.split(",").map((name) => name.trim());
  const forwarded = names?.map((name) => [name, own[`x-middleware-request-${name}`]]);
  return {
    headers,
    rewrite: rewrite && new URL(rewrite).pathname,
    status: response.status === 200 ? undefined : response.status,
    requestHeaders: forwarded
      ? Object.fromEntries(forwarded.filter(([, value]) => value !== undefined))
      : requestHeaders,
  };
}
