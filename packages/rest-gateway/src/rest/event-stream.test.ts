import { expect, test } from "vitest";
import { encodeEvent } from "./event-stream.ts";

test("an event is a line and an empty line", () => {
  expect(encodeEvent("message,news,hello")).toBe("data: message,news,hello\n\n");
});

test.each(["\n", "\r\n", "\r"])(
  "after a line break (%j) no line reads as a message of its own",
  (lineBreak) => {
    const forged = `message,news,a${lineBreak}message,news,b${lineBreak} message,news,c${lineBreak}data: message,news,d`;
    const lines = encodeEvent(forged).split(/\r\n|\r|\n/);
    expect(lines.filter((line) => line.startsWith("data: "))).toEqual(["data: message,news,a"]);
    // What an EventSource makes of it: the space after the colon is optional.
    expect(lines.filter(Boolean).map((line) => line.replace(/^data: ?/, ""))).toEqual([
      "message,news,a",
      "message,news,b",
      "message,news,c",
      "data: message,news,d",
    ]);
  },
);

test("an empty line within a payload does not end the event", () => {
  expect(encodeEvent("a\n\nb")).toBe("data: a\ndata:\ndata:b\n\n");
});
