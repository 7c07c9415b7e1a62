import { createServer } from "node:http";
import { startBalancer } from "@/local-cloud/balancer/balancer";
import type { LocalCloud } from "@/local-cloud/local-cloud";
import { listen } from "@/local-cloud/processes/listen";
import { poll } from "@/local-cloud/processes/poll";
import { selfSigned } from "@/local-cloud/processes/self-signed";

/** Where a browser finds the shop. */
export interface Site {
  readonly name: "http" | "https";
  readonly isTls: boolean;
  readonly origin: string;
}

/** The local cloud's servers over plain http, as they are, and behind a balancer of their own that speaks TLS. */
export async function startSites(cloud: LocalCloud) {
  const balancer = await startBalancer({ port: 0, tls: selfSigned() });
  const { pool } = balancer;
  for (const { status } of cloud.instances.all) pool.add(status.name, status.port);
  await poll("the servers behind TLS", () => pool.instances.every(({ ready }) => ready));
  const sites: readonly Site[] = [
    { name: "http", isTls: false, origin: cloud.url },
    { name: "https", isTls: true, origin: `https://localhost:${balancer.port}` },
  ];
  return { sites, close: () => balancer.close() };
}

/** Another site than localhost, whose page wishes to change something at this one. */
export async function startStranger() {
  const server = createServer((request, response) => {
    const origin = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("of") ?? "";
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>Another site</title><a href="${origin}/profile">Your profile</a>
<form method="post" action="${origin}/api/cart/add"><input type="hidden" name="sku" value="tote"><button>Win</button></form>`);
  });
  const port = await listen(server, 0);
  return {
    urlFor: ({ origin }: Site) => `http://127.0.0.1:${port}/?of=${encodeURIComponent(origin)}`,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
