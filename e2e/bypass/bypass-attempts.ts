import type { Attempt } from "./attempt";
import type { BuiltRoutes } from "./built-routes";
import { malformedPaths } from "./malformed-paths";
import { spoofedHeaders } from "./spoofed-headers";

const METHODS = ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY", "PROPFIND"];

const SEAL = `Fe26.2*1*${"0".repeat(64)}*${"A".repeat(22)}*${"A".repeat(86)}**${"0".repeat(64)}*${"A".repeat(43)}~2`;
const COOKIES: Readonly<Record<string, string | string[]>> = {
  "several cookies of one name": ["a", "b", "c", "d", "e"].map((value) => `session=${value}`).join("; "),
  "two headers of cookies": ["session=x", `session=${SEAL}`],
  "a well-formed seal": `session=${SEAL}`,
  "a quoted seal": `session="${SEAL}"`,
  "a seal under the other name": `__Host-session=${SEAL}`,
  "a session ID in the clear": `session=${"A".repeat(43)}`,
  "a broken escape": "session=%zz; session=%",
  "a cookie without a name": "=x; session; ;;=",
};

/** Every attempt on every route of a build. A route's are made when its turn comes: a forged session is believed for seconds only. */
export function* bypassAttempts({
  paths,
  buildId,
}: BuiltRoutes): Generator<{ route: string; attempt: Attempt }> {
  for (const route of paths) for (const attempt of attemptsOn(route, buildId)) yield { route, attempt };
}

function attemptsOn(path: string, buildId: string): Attempt[] {
  const get = { method: "GET", path, headers: {} };
  const json = { "content-type": "application/json" };
  return [
    { name: "plain", ...get },
    ...Object.entries(spoofedHeaders(path)).map(([name, headers]) => ({ ...get, name, headers })),
    { name: "HTTP/1.0", ...get, isHttp10: true },
    { name: "HTTP/1.0 with an empty Host", ...get, headers: { host: "" }, isHttp10: true },
    ...METHODS.map((method) => ({ ...get, name: method, method })),
    // The fetch standard knows no TRACE, so Next cannot make a request of it for a handler; the balancer lets none through.
    { ...get, name: "TRACE", method: "TRACE", failsInNext: true },
    {
      name: "a POST that says GET",
      method: "POST",
      path,
      headers: { ...json, "x-http-method-override": "GET" },
    },
    ...malformedPaths(path, buildId).map((malformed) => ({ ...get, name: malformed, path: malformed })),
    // No path at all: the form that is for OPTIONS (RFC 9112, 3.2.4).
    { ...get, name: "*", path: "*", failsInNext: true },
    {
      // Next throws where the router's state does not parse, and has no other answer for it (16.4.6).
      ...get,
      name: "a broken router state",
      headers: { rsc: "1", "next-router-state-tree": "%5B%22" },
      failsInNext: true,
    },
    ...Object.entries(COOKIES).map(([name, cookie]) => ({ ...get, name, headers: { cookie } })),
  ];
}
