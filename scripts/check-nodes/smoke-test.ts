import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { newVisitor } from "@/deploy/check/visitor";
import { nextStartBy } from "@/local-cloud/instances/next-instances";
import { withLocalCloud } from "@/scripts/with-local-cloud";
import { sendCutPost } from "./cut-post";

// The demo in a minute: node --import tsx smoke-test.ts [program …]
// The local cloud runs on the Node that runs this file, its servers by the program named, or on the same Node.

const [program = process.execPath, ...args] = process.argv.slice(2);
const REQUESTS = 20;
const times = (count: number) => ["never", "once", "twice"][count] ?? `${count} times`;

await withLocalCloud(
  2,
  async ({ url, instances }) => {
    const visitor = newVisitor(url);
    const servers = new Set<string | null>();
    const session = async () => {
      const { status, headers, text } = await visitor.get("/api/session?peek=1");
      assert.equal(status, 200);
      servers.add(headers.get("x-served-by"));
      return JSON.parse(text).session;
    };
    assert.equal((await visitor.get("/")).status, 200);
    assert.equal((await visitor.send("/api/cart/add", { sku: "tote" })).status, 303);
    assert.equal((await visitor.send("/api/guest")).status, 303);
    const { handle, user } = await session();
    const { name } = user;
    const stillThere = async (what: string) => {
      servers.clear();
      for (let each = 0; each < REQUESTS; each++) {
        const found = await session();
        assert.deepEqual([found.handle, found.user.name, found.cart.quantity], [handle, name, 1], what);
        // A page, as a browser asks for it: pages have a turn of their own among the servers.
        const page = await visitor.get("/profile", { "sec-fetch-dest": "document" });
        assert.equal(page.status, 200, what);
      }
    };
    await stillThere("with two servers");
    assert.deepEqual(servers, new Set(["a", "b"]));
    await instances.find("a")?.stop();
    await stillThere("with one stopped");
    assert.deepEqual(servers, new Set(["b"]));
    await instances.find("a")?.start();
    await instances.find("b")?.kill();
    await stillThere("with the other killed");
    const client = { visitor, program: [program, ...args] } as const;
    const withKey = await sendCutPost(url, { ...client, key: randomBytes(16).toString("hex") });
    const without = await sendCutPost(url, { ...client, key: "" });
    // The key makes the change once, however often it is sent. Without one each that arrives is a change.
    assert.deepEqual([withKey.added, without.added], [1, without.sent]);
    console.log(
      `A POST whose connection closes is sent ${times(without.sent)} by this program: ` +
        `with its key it is made once, without one ${times(without.added)}.`,
    );
    assert.equal((await visitor.send("/api/logout")).status, 303);
    assert.equal((await visitor.get("/profile")).status, 307);
    console.log("The demo is well: one session through a stop, a start and a kill.");
  },
  { command: nextStartBy([program, ...args]) },
);
process.exit(0);
