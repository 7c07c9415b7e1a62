import { readdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

// Node has import.meta.dirname since 20.11 only.
const ROOT = dirname(fileURLToPath(import.meta.url));

// What every answer asks of the browser; what depends on the request is in packages/session/src/next/http/response-headers.ts.
const ALWAYS = Object.entries({
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}).map(([key, value]) => ({ key, value }));

// Cuts a window off from the page of another site that opened it. A browser that says that the visitor came on their own or
// from this site has nobody to cut off, and is spared the fresh process that this costs: docs/decisions/0016.
const ALONE = {
  missing: [{ type: "header", key: "sec-fetch-site", value: "(none|same-origin)" }],
  headers: [{ key: "Cross-Origin-Opener-Policy", value: "same-origin" }],
};

// A page's whole policy is the middleware's to say, since each has a nonce of its own. This is the rest of it, which holds
// for what the middleware does not see, and for everything if it is deleted.
const WITHOUT_NONCE = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/** The paths of the pictures that there are, for a pattern: what is missing is no picture, and not kept for a day. */
const pictures = readdirSync(join(ROOT, "public"), { recursive: true, encoding: "utf8" })
  .filter((path) => /\.\w+$/.test(path))
  .map((path) => path.split(sep).join("/").replaceAll(".", "\\."));

/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // No page has metadata that comes late (app/_ui/page-head.tsx), so nobody's head needs to wait for any in a boundary of its own.
  htmlLimitedBots: /./,
  // The project's own folder is the root, wherever it is cloned: a lockfile further up must not move it.
  turbopack: {
    root: ROOT,
    // An import from next/server brings its user-agent parser: 7 KB gzip at the edge that the app never calls.
    resolveAlias: { "next/dist/compiled/ua-parser-js": "next/dist/compiled/server-only/empty" },
  },
  outputFileTracingRoot: ROOT,
  // Nothing here uses next/image, and its endpoint would fetch any path of ours: `/_next/image?url=/profile` was a 500.
  images: { unoptimized: true },
  // Turbopack writes what handlers share into a chunk for each of them: 34 KB of Bowser 22 times. Node loads it by itself.
  serverExternalPackages: ["bowser"],
  // Pictures are not resized here, so no server needs the 20 MB that could do it. Next traces them where they are installed.
  outputFileTracingExcludes: { "next-server": ["**/node_modules/sharp/**/*", "**/node_modules/@img/**/*"] },
  // A server that starts for one request does not load every other page first: a fifth of its start.
  experimental: { preloadEntriesOnStart: false, proxyClientMaxBodySize: "16kb" },
  // For containers, and only when they ask: a folder that runs without node_modules. `next start` wants no such build.
  ...(process.env.NEXT_OUTPUT === "standalone" && {
    output: "standalone",
    // A server that is to send traces or count metrics loads these by itself, past the bundler.
    outputFileTracingIncludes: {
      "/*": ["package.json", "build/src/**/*.js", "dist/**/*.cjs"].map(
        (files) => `node_modules/@opentelemetry/*/${files}`,
      ),
    },
  }),
  async rewrites() {
    // What is neither a file nor a page would be a 404 page, with scripts and without a nonce, on the paths that the
    // middleware leaves alone. A handler answers 404 in one line.
    return {
      fallback: ["/_next/:path*", "/:file(.*\\..*)"].map((source) => ({
        source,
        destination: "/api/not-found",
      })),
    };
  },
  async headers() {
    return [
      { source: "/:path*", headers: ALWAYS },
      { source: "/:path*", ...ALONE },
      // Handlers say more, and would not be heard: of two, Next sends the one that stands here.
      { source: "/((?!api/|api$).*)", headers: [{ key: "Content-Security-Policy", value: WITHOUT_NONCE }] },
      // Pictures keep their names and hardly change; asked for again with each page they would be half of all requests.
      {
        source: `/:picture(${pictures.join("|")})`,
        headers: [{ key: "Cache-Control", value: "public, max-age=86400" }],
      },
    ];
  },
};
