import { guestAt, type Visitor } from "@/deploy/check/visitor";

const AT_ONCE = 32;

/** So many visitors, each signed in as a guest of its own. */
export async function guests(origin: string, amount: number): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  await inParallel(Array.from({ length: amount }), async () => {
    visitors.push(await guestAt(origin));
  });
  return visitors;
}

/** Does the work with each item, with 32 at once. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
