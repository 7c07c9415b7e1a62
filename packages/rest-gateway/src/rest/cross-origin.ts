import type { ServerResponse } from "node:http";

/**
 * Any page may call the gateway, as it may call the service (whose documentation recommends read-only tokens for
 * browsers). That gives nothing away: the right to do something is in the token, which a browser adds by no means of
 * its own, as it would a cookie. On every answer.
 */
export const CROSS_ORIGIN_HEADERS = [
  ...["Access-Control-Allow-Origin", "*"],
  ...["Access-Control-Expose-Headers", "Upstash-Sync-Token"],
];

/**
 * The answer to a browser's question before a request, which carries no token. The wildcard does not cover
 * Authorization: https://fetch.spec.whatwg.org/#http-access-control-allow-headers
 */
export function answerPreflight(response: ServerResponse): void {
  const headers = [
    ...CROSS_ORIGIN_HEADERS,
    ...["Access-Control-Allow-Methods", "GET, HEAD, POST, PUT"],
    ...["Access-Control-Allow-Headers", "Authorization, *"],
    ...["Access-Control-Max-Age", "7200"],
  ];
  response.writeHead(204, headers).end();
}
