import { expect, test } from "vitest";
import { oneAtATime } from "./one-at-a-time.ts";

test("calls during a run share one more run after it", async () => {
  const finish: (() => void)[] = [];
  const call = oneAtATime(() => new Promise<void>((resolve) => finish.push(resolve)));
  const settled: string[] = [];
  const first = call().then(() => settled.push("first"));
  const second = call().then(() => settled.push("second"));
  const third = call().then(() => settled.push("third"));
  expect(finish).toHaveLength(1);
  finish[0]?.();
  await first;
  expect(settled).toEqual(["first"]);
  expect(finish).toHaveLength(2);
  finish[1]?.();
  await Promise.all([second, third]);
  expect(settled).toEqual(["first", "second", "third"]);
  call();
  expect(finish).toHaveLength(3);
});
