import assert from "node:assert/strict";
import type { Visitor } from "@/deploy/check/visitor";

export type Tally = {
  readonly failedReads: number;
  /** The cell of a table. */
  readonly says: string;
};

const CLIENTS = 8;
const LEAST_REQUESTS = 200;
const BEFORE = 40;
const READS = ["/profile", "/api/session?peek=1", "/cart"];

/**
 * Eight clients of one session at once, three reads and a change each in turn, with something done after the first requests
 * and going on until that is over. Throws where the session is lost, or a change is made twice or reported as made and lost.
 */
export async function shop(visitor: Visitor, during: () => Promise<void>): Promise<Tally> {
  let reads = 0;
  let failedReads = 0;
  let made = 0;
  let failedChanges = 0;
  const refusals = new Set<string>();
  let isOver = false;
  const count = () => reads + made + failedChanges;
  const statusOf = (work: Promise<{ status: number }>) =>
    work.then(
      ({ status }) => status,
      () => 0,
    );

  async function client(): Promise<void> {
    while (!isOver || count() < LEAST_REQUESTS) {
      for (const path of READS) {
        if ((await statusOf(visitor.get(path))) !== 200) failedReads++;
        reads++;
      }
      const status = await statusOf(visitor.send("/api/cart/add", { sku: "tote" }));
      if (status === 303) made++;
      else {
        failedChanges++;
        refusals.add(status === 0 ? "cut off" : `${status}`);
      }
    }
  }
  const clients = Array.from({ length: CLIENTS }, client);
  while (count() < BEFORE) await statusOf(visitor.get("/api/health"));
  await during().finally(() => {
    isOver = true;
  });
  await Promise.all(clients);

  const { session } = JSON.parse((await visitor.get("/api/session?peek=1")).text);
  assert.ok(session?.user, "the session is lost");
  const { quantity } = session.cart;
  assert.ok(quantity >= made, `${made} changes were reported as made, and ${quantity} are there`);
  assert.ok(
    quantity <= made + failedChanges,
    `${made + failedChanges} changes were sent, and ${quantity} are there`,
  );
  const unanswered = quantity - made;
  const by = failedChanges > 0 ? ` (${[...refusals].join(", ")})` : "";
  const changes = `${failedChanges} of ${made + failedChanges} changes refused${by}`;
  return {
    failedReads,
    says: `${failedReads} of ${reads} reads failed, ${changes}${unanswered ? `, ${unanswered} made and not answered` : ""}`,
  };
}
