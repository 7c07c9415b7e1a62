import { describe, expect, it } from "vitest";
import { boundedQueue } from "./bounded-queue";

/** Work that ends when it is told to, and says when it began. */
function workbench() {
  const begun: number[] = [];
  const ends: ((outcome: "done" | "failed") => void)[] = [];
  const work = (number: number) => () => {
    begun.push(number);
    return new Promise<number>((resolve, reject) => {
      ends[number] = (outcome) => (outcome === "done" ? resolve(number) : reject(new Error("failed")));
    });
  };
  return {
    begun,
    work,
    end: (number: number, outcome: "done" | "failed" = "done") => ends[number]?.(outcome),
  };
}

describe("a queue of two at once and three waiting", () => {
  const bounds = { maxRunning: 2, maxWaiting: 3 };

  it("starts two at once; the others start in order, each when one has ended", async () => {
    const queue = boundedQueue(bounds);
    const { begun, work, end } = workbench();
    const results = [0, 1, 2, 3, 4].map((number) => queue.tryRun(work(number)));
    expect(begun).toEqual([0, 1]);
    end(1);
    expect(await results[1]).toBe(1);
    await expect.poll(() => begun).toEqual([0, 1, 2]);
    end(0);
    end(2);
    await expect.poll(() => begun).toEqual([0, 1, 2, 3, 4]);
    end(3);
    end(4);
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4]);
  });

  it("refuses the sixth before it starts, and takes one again for each that has ended", async () => {
    const queue = boundedQueue(bounds);
    const { begun, work, end } = workbench();
    const results = [0, 1, 2, 3, 4].map((number) => queue.tryRun(work(number)));
    expect(queue.isFull()).toBe(true);
    expect(queue.load).toEqual({ running: 2, waiting: 3 });
    expect(queue.tryRun(work(5))).toBeNull();
    end(0);
    await results[0];
    expect(queue.isFull()).toBe(false);
    results[6] = queue.tryRun(work(6));
    expect(results[6]).not.toBeNull();
    expect(queue.tryRun(work(7))).toBeNull();
    for (const number of [1, 2, 3, 4, 6]) {
      await expect.poll(() => begun).toContain(number);
      end(number);
    }
    expect(await results[6]).toBe(6);
    expect(begun).not.toContain(5);
    expect(begun).not.toContain(7);
  });

  it("gives on the place of work that fails, also where it throws at once, and tells whose it was", async () => {
    const queue = boundedQueue(bounds);
    const { begun, work, end } = workbench();
    const failing = [0, 1].map((number) => queue.tryRun(work(number)));
    const throwing = queue.tryRun(() => {
      throw new Error("thrown");
    });
    const last = queue.tryRun(work(2));
    end(0, "failed");
    await expect(failing[0]).rejects.toThrow("failed");
    await expect(throwing).rejects.toThrow("thrown");
    await expect.poll(() => begun).toEqual([0, 1, 2]);
    end(1, "failed");
    end(2);
    await expect(failing[1]).rejects.toThrow("failed");
    expect(await last).toBe(2);
  });

  it("gives one owner no more places than it may have, and leaves the rest to the others", async () => {
    const queue = boundedQueue({ ...bounds, maxEach: 2 });
    const { begun, work, end } = workbench();
    const results = [0, 1].map((number) => queue.tryRun(work(number), "one"));
    expect([queue.isFull("one"), queue.isFull("other"), queue.isFull()]).toEqual([true, false, false]);
    expect(queue.tryRun(work(2), "one")).toBeNull();
    results[3] = queue.tryRun(work(3), "other");
    results[4] = queue.tryRun(work(4));
    end(0);
    await results[0];
    // One place is its own again, also where its work failed.
    end(3, "failed");
    await expect(results[3]).rejects.toThrow("failed");
    expect([queue.isFull("one"), queue.isFull("other")]).toEqual([false, false]);
    results[5] = queue.tryRun(work(5), "one");
    expect(queue.tryRun(work(6), "one")).toBeNull();
    for (const number of [1, 4, 5]) {
      await expect.poll(() => begun).toContain(number);
      end(number);
      await results[number];
    }
    expect(begun).toEqual([0, 1, 3, 4, 5]);
  });

  it("never has more than two at work, whatever comes and goes", async () => {
    const queue = boundedQueue(bounds);
    let [atWork, most, refused] = [0, 0, 0];
    const one = async () => {
      most = Math.max(most, ++atWork);
      await new Promise((resolve) => setImmediate(resolve));
      atWork--;
    };
    for (let round = 0; round < 50; round++) {
      const all = Array.from({ length: 7 }, () => queue.tryRun(one));
      refused += all.filter((each) => each === null).length;
      await Promise.race(all.filter((each) => each !== null));
    }
    expect(most).toBe(2);
    expect(refused).toBeGreaterThan(0);
    await expect.poll(() => atWork).toBe(0);
  });
});
