import { startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { expect, test } from "../support/fixtures";

// A connection that closes in place of an answer: whoever sent the change cannot know whether it was made. Browsers, proxies
// and Deno's fetch send it again by themselves (docs/proxies.md).

const change = async (url: string, headers: Record<string, string>) => {
  const body = JSON.stringify({ sku: "tote" });
  return fetch(`${url}/api/cart/add`, { method: "POST", headers, body });
};

test.describe("a change that is sent again because its connection closed", () => {
  for (const { name, key, items } of [
    { name: "with its key is made once", key: "the-key-of-this-one-add", items: 1 },
    {
      name: "without a key is made twice: nothing distinguishes it from a second click",
      key: undefined,
      items: 2,
    },
  ]) {
    test(name, async ({ cloud, context, baseURL }) => {
      // Only where the site is on this machine: the proxy speaks plain http.
      await cloud.status();
      await context.request.post("/api/profile", { data: { theme: "dark" } });
      const cart = async () => (await (await context.request.get("/api/cart")).json()).quantity;
      const [cookie] = await context.cookies();
      const headers = {
        cookie: `${cookie?.name}=${cookie?.value}`,
        "content-type": "application/json",
        ...(key && { "idempotency-key": key }),
      };
      const proxy = await startFaultProxy({ target: baseURL ?? "" });
      try {
        proxy.next("reply-lost");
        await expect(change(proxy.url, headers)).rejects.toThrow();
        expect(await cart()).toBe(1);
        expect((await change(proxy.url, headers)).status).toBe(200);
        expect(await cart()).toBe(items);
      } finally {
        await proxy.close();
      }
    });
  }
});
