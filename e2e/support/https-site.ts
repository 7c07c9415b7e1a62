import { startBalancer } from "@/local-cloud/balancer/balancer";
import { selfSigned } from "@/local-cloud/processes/self-signed";
import type { CloudControl } from "./cloud-control";
import { expect } from "./fixtures";

/** The local cloud's own servers behind a balancer that speaks https. */
export interface HttpsSite {
  readonly origin: string;
  close(): Promise<void>;
}

export async function startHttpsSite(cloud: CloudControl): Promise<HttpsSite> {
  const balancer = await startBalancer({ port: 0, tls: selfSigned() });
  const running = (await cloud.status()).instances.filter(({ state }) => state === "running");
  for (const { name, port } of running) balancer.pool.add(name, port);
  const ready = () => balancer.pool.instances.filter((instance) => instance.ready).length;
  await expect.poll(ready, { timeout: 30_000 }).toBe(running.length);
  return { origin: `https://localhost:${balancer.port}`, close: () => balancer.close() };
}
