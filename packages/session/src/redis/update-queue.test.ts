import { describe, expect, it } from "vitest";
import { createChangeQueue, type Waiting } from "./update-queue.ts";

/** A batch under way, for the test to finish. */
function batches() {
  const begun: { changes: number[]; finish: () => void; fail: (error: Error) => void }[] = [];
  const work = (batch: readonly Waiting<number, string>[]) =>
    new Promise<void>((resolve, reject) => {
      begun.push({
        changes: batch.map(({ change }) => change),
        finish: () => {
          for (const { change, resolve: answer } of batch) answer(`done ${change}`);
          resolve();
        },
        fail: reject,
      });
    });
  return { begun, work };
}

describe("the queue of changes", () => {
  it("makes the first at once, and what arrives meanwhile in one batch after it", async () => {
    const queue = createChangeQueue<number, string>();
    const { begun, work } = batches();
    const answers = [1, 2, 3].map((change) => queue.add("key", change, work));
    expect(begun.map(({ changes }) => changes)).toEqual([[1]]);
    begun[0]?.finish();
    await expect.poll(() => begun.length).toBe(2);
    expect(begun[1]?.changes).toEqual([2, 3]);
    begun[1]?.finish();
    expect(await Promise.all(answers)).toEqual(["done 1", "done 2", "done 3"]);
  });

  it("lets different keys go at the same time", () => {
    const queue = createChangeQueue<number, string>();
    const { begun, work } = batches();
    for (const key of ["a", "b", "c"]) void queue.add(key, 1, work);
    expect(begun).toHaveLength(3);
  });

  it("answers a whole batch with its failure, and goes on with the next", async () => {
    const queue = createChangeQueue<number, string>();
    const { begun, work } = batches();
    const first = queue.add("key", 1, work);
    const second = queue.add("key", 2, work);
    begun[0]?.fail(new Error("lost"));
    await expect(first).rejects.toThrow("lost");
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.finish();
    expect(await second).toBe("done 2");
  });

  it("gives a batch to the newest arrival to do, which has the most time left", async () => {
    const queue = createChangeQueue<number, string>();
    const done: number[] = [];
    const workOf = (id: number) => async (batch: readonly Waiting<number, string>[]) => {
      done.push(id);
      for (const { resolve } of batch) resolve("done");
    };
    await Promise.all([1, 2, 3].map((id) => queue.add("key", id, workOf(id))));
    expect(done).toEqual([1, 3]);
  });
});
