import type { TestHarness } from "@/deploy/build/test-harness";
import { guestAt } from "./visitor";

const VIEWS = 10;

/** Requests to Redis for a page that a signed-in visitor sees: the mean of ten views. */
export async function requestsAPage(origin: string, harness: TestHarness): Promise<number> {
  const visitor = await guestAt(origin);
  const requests = await harness.requestsOf(async () => {
    for (let view = 0; view < VIEWS; view++) await visitor.get("/cart");
  });
  return requests / VIEWS;
}
