/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // The project's own folder is the root, wherever it is cloned: a lockfile further up must not move it.
  turbopack: {
    root: import.meta.dirname,
    // Whoever imports from next/server gets its parser of user agents, too: 7 KB gzip at the edge that nobody here calls.
    resolveAlias: { "next/dist/compiled/ua-parser-js": "next/dist/compiled/server-only/empty" },
  },
  outputFileTracingRoot: import.meta.dirname,
  // Nothing here uses next/image, and its door would fetch any path of ours: `/_next/image?url=/profile` was a 500.
  images: { unoptimized: true },
  // For containers, and only when they ask: a folder that runs without node_modules. `next start` wants no such build.
  ...(process.env.NEXT_OUTPUT === "standalone" && { output: "standalone" }),
  async headers() {
    return [
      { source: "/:path*", headers: [{ key: "Referrer-Policy", value: "same-origin" }] },
      // Pictures keep their names and hardly change; asked for again with each page they would be half of all requests.
      {
        source: "/:picture(products/.+\\.svg|icon\\.svg|icons/.+\\.png|favicon\\.ico)",
        headers: [{ key: "Cache-Control", value: "public, max-age=86400" }],
      },
    ];
  },
};
