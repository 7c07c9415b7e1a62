import { get } from "node:http";

/** Whether the instance on this port of localhost answers GET /api/health with 200 within `limitMs`. Never throws. */
export function probeHealth(port: number, limitMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const options = {
      host: "localhost",
      port,
      path: "/api/health",
      agent: false,
      signal: AbortSignal.timeout(limitMs),
    };
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
  });
}
