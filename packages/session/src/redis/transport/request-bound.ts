/** Next's build writes in here which edge it builds for: `edge-runtime` is its own, inside a Node server. */
declare const EdgeRuntime: string | undefined;

const isWorkerd = typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers";
const isHostsEdge = typeof EdgeRuntime === "string" && EdgeRuntime !== "edge-runtime";

/**
 * Whether this host lets no request wait for what another one has asked of the network: workerd, and Vercel's edge, which
 * has shown the same limit.
 * https://developers.cloudflare.com/workers/runtime-apis/context/
 * https://github.com/vercel/edge-runtime/issues/169
 */
export const isRequestBound = isWorkerd || isHostsEdge;
