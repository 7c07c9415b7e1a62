/**
 * Whether this host is workerd, which lets no request wait for what another one has asked of the network.
 * https://developers.cloudflare.com/workers/runtime-apis/context/
 */
export const isRequestBound =
  typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers";
