import { get } from "node:http";

/** `silent`: no answer in time, as of a server that is too busy; `down`: it refuses, or answers something else than 200. */
export type Health = "well" | "silent" | "down";

/** How the instance on this port of localhost answers GET /api/health within `limitMs`. Never throws. */
export function probeHealth(port: number, limitMs = 2_000): Promise<Health> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(limitMs);
    const options = { host: "localhost", port, path: "/api/health", agent: false, signal };
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? "well" : "down");
    });
    request.on("error", () => resolve(signal.aborted ? "silent" : "down"));
  });
}
