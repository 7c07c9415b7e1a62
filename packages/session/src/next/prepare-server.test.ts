import { createServer, get, type IncomingHttpHeaders, type Server } from "node:http";
import { createServer as createTlsServer, get as getSecurely } from "node:https";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listen } from "../../../../local-cloud/processes/listen.ts";
import { selfSigned } from "../../../../local-cloud/processes/self-signed.ts";
import { parseEnv } from "../env.ts";
import { testVariables } from "../testing/test-env.ts";
import { clientAddress, siteOf } from "./http/origin.ts";
import { believeSocketsOnly } from "./prepare-server.ts";

const env = parseEnv({ ...testVariables("http://localhost:1", "token"), TRUSTED_PROXIES: "0" });
const claims = {
  host: "shop.example",
  "x-forwarded-for": "6.6.6.6",
  "X-Forwarded-Proto": "https",
  "x-forwarded-host": "evil.example",
  "x-forwarded-port": "1",
  forwarded: "for=6.6.6.6;proto=https;host=evil.example",
  "x-real-ip": "6.6.6.6",
};
const servers: Server[] = [];
let seen: IncomingHttpHeaders = {};
let plainPort: number;
let tlsPort: number;

beforeAll(async () => {
  believeSocketsOnly();
  const plain = createServer((request, response) => {
    seen = request.headers;
    response.end();
  });
  const tls = createTlsServer(selfSigned(), (request, response) => {
    seen = request.headers;
    response.end();
  });
  servers.push(plain, tls);
  plainPort = await listen(plain, 0, "127.0.0.1");
  tlsPort = await listen(tls, 0, "127.0.0.1");
});
afterAll(() => {
  for (const server of servers) server.close();
});

async function ask(scheme: "http" | "https"): Promise<Headers> {
  const port = scheme === "http" ? plainPort : tlsPort;
  const options = { host: "127.0.0.1", port, headers: claims, agent: false } as const;
  await new Promise((resolve, reject) => {
    const request =
      scheme === "http"
        ? get(options, resolve)
        : getSecurely({ ...options, rejectUnauthorized: false }, resolve);
    request.on("error", reject);
  });
  return new Headers(
    Object.entries(seen).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

it.each(["http", "https"] as const)("of a client's claims over %s none is believed", async (scheme) => {
  const headers = await ask(scheme);
  expect(clientAddress(headers, env)).toBe("127.0.0.1");
  expect(siteOf(headers, env)).toMatchObject({
    origin: `${scheme}://shop.example`,
    secure: scheme === "https",
  });
  const said = [...headers].flat().join("\n");
  for (const claim of ["6.6.6.6", "evil.example", "x-forwarded-port"]) expect(said).not.toContain(claim);
});
