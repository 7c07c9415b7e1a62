import { expect, test } from "vitest";
import { parseRestUrl } from "./rest-url.ts";

const parse = (target: string) => {
  const { segments, parameters, ...rest } = parseRestUrl(target);
  return { ...rest, command: [...segments, ...parameters].map(String) };
};

test("the path's segments come first, then each parameter's name and value", () => {
  expect(parse("/set/foo/bar?EX=100&NX").command).toEqual(["set", "foo", "bar", "EX", "100", "NX"]);
});

test("the token is no argument", () => {
  expect(parse("/get/k?_token=a%20b&EX=1")).toEqual({
    path: "/get/k",
    command: ["get", "k", "EX", "1"],
    token: "a b",
  });
});

test("escapes are decoded, also to a slash, and a plus sign is a space in the query alone", () => {
  expect(parse("/set/a%2Fb+c/%E6%97%A5?x=a+b%2B").command).toEqual(["set", "a/b+c", "日", "x", "a b+"]);
});

test("an empty segment and an empty value are empty arguments", () => {
  expect(parse("/set/k/?EX=").command).toEqual(["set", "k", "", "EX", ""]);
});

test("an escape that is none is taken as it stands, and others beside it are decoded", () => {
  expect(parse("/publish/100%/50%%20off%zz").command).toEqual(["publish", "100%", "50% off%zz"]);
});

test("bytes that are not UTF-8 stay as they are", () => {
  expect(parseRestUrl("/get/%FF%00").segments[1]).toEqual(Buffer.from([0xff, 0x00]));
});
