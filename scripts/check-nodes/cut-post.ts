import type { Visitor } from "@/deploy/check/visitor";
import { startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import type { Command } from "@/local-cloud/processes/owned-process";
import { runBounded } from "@/local-cloud/processes/run-bounded";

const CLIENT = "scripts/check-nodes/post-client.mjs";

/** What came of one change whose connection was closed in place of its answer. */
export interface CutPost {
  /** How often the program sent it, asked once. */
  readonly sent: number;
  /** How many items it put into the cart. */
  readonly added: number;
}

/**
 * Has a program put one item into a visitor's cart through a proxy that closes the connection when the shop has answered,
 * once. Some programs then send the request again by themselves.
 *
 * @param key the idempotency key; empty for none
 */
export async function sendCutPost(
  url: string,
  { visitor, key, program }: { visitor: Visitor; key: string; program: Command },
): Promise<CutPost> {
  const isAdd = ({ path }: { path: string }) => path === "/api/cart/add";
  const proxy = await startFaultProxy({ target: url, affects: isAdd });
  try {
    const items = async () => JSON.parse((await visitor.get("/api/cart")).text).quantity;
    const before = await items();
    proxy.next("reply-lost");
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const client = await runBounded([...program, CLIENT, proxy.url, cookie, key], { limitMs: 60_000 });
    if (!client.ok || proxy.injected !== 1) throw new Error(`The client could not ask: ${client.output}`);
    // All that passed but the health check was sent again.
    return { sent: proxy.injected + proxy.passed - 1, added: (await items()) - before };
  } finally {
    await proxy.close();
  }
}
