import { expect, test } from "vitest";
import { changeQueue } from "./change-queue";

/** A change whose answer comes when the test says so. */
function pendingChange() {
  const hold = { sent: false, answer: (_: string) => {} };
  const send = () => {
    hold.sent = true;
    return new Promise<string>((resolve) => {
      hold.answer = resolve;
    });
  };
  return { hold, send };
}

test("the second change is sent when the first has been answered", async () => {
  const queue = changeQueue();
  const [first, second] = [pendingChange(), pendingChange()];
  const answers = [queue.run(first.send), queue.run(second.send)];
  expect([first.hold.sent, second.hold.sent]).toEqual([true, false]);
  first.hold.answer("one");
  expect(await answers[0]).toBe("one");
  await expect.poll(() => second.hold.sent).toBe(true);
  second.hold.answer("two");
  expect(await answers[1]).toBe("two");
});

test("it is settled when all are answered, also after one that failed", async () => {
  const queue = changeQueue();
  await queue.settled();
  const last = pendingChange();
  const failed = queue.run(() => Promise.reject(new Error("lost")));
  const answered = queue.run(last.send);
  await expect(failed).rejects.toThrow("lost");
  let isSettled = false;
  const settled = queue.settled().then(() => {
    isSettled = true;
  });
  await expect.poll(() => last.hold.sent).toBe(true);
  expect([queue.isBusy(), isSettled]).toEqual([true, false]);
  last.hold.answer("done");
  await answered;
  await settled;
  expect(queue.isBusy()).toBe(false);
});

test("waiting changes are sent at once when the page is closed", () => {
  const queue = changeQueue();
  const changes = [pendingChange(), pendingChange(), pendingChange()];
  for (const { send } of changes) queue.run(send);
  queue.flush();
  expect(changes.map(({ hold }) => hold.sent)).toEqual([true, true, true]);
});
