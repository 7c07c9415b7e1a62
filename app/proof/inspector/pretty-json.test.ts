import { expect, test } from "vitest";
import { changedLines, prettyLines } from "./pretty-json";

test("a value that fits is on one line, a longer one on several", () => {
  expect(prettyLines('{"v":2,"user":null,"cart":{"lines":[]},"views":[["a",1],["b",2]]}')).toEqual([
    "{",
    '  "v": 2,',
    '  "user": null,',
    '  "cart": {"lines":[]},',
    '  "views": [["a",1],["b",2]]',
    "}",
  ]);
  const long = prettyLines(JSON.stringify({ names: ["a".repeat(30), "b".repeat(30)] }));
  expect(long).toEqual([
    "{",
    '  "names": [',
    `    "${"a".repeat(30)}",`,
    `    "${"b".repeat(30)}"`,
    "  ]",
    "}",
  ]);
});

test("the printed JSON has the same value", () => {
  const value = { a: [], b: {}, c: [{ d: "x, y", e: [1, [2, null]] }], f: "z".repeat(80) };
  expect(JSON.parse(prettyLines(JSON.stringify(value)).join("\n"))).toEqual(value);
});

test("text that is no JSON is shown unchanged", () => {
  expect(prettyLines("{broken")).toEqual(["{broken"]);
});

test("exactly the lines that changed are returned", () => {
  const before = prettyLines('{"revision":1,"views":[["a",1]],"v":2}');
  const after = prettyLines('{"revision":2,"views":[["a",1],["b",1]],"v":2}');
  expect([...changedLines(before, after)].map((at) => after[at])).toEqual([
    '  "revision": 2,',
    '  "views": [["a",1],["b",1]],',
  ]);
});

test("a comma is no change, and a line that stands twice now is one", () => {
  expect([...changedLines(["a"], ["a,", "b"])]).toEqual([1]);
  expect([...changedLines(["a"], ["a", "a"])]).toEqual([1]);
});
