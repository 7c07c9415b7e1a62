import { expect, test } from "vitest";
import { matchRoute, readPhases } from "./routes.mjs";

/** What the route does to this request; undefined where it does not apply. */
function match(route, path, { method = "GET", headers = {}, search = "" } = {}) {
  const url = new URL(`http://localhost${path}${search}`);
  return matchRoute(route, { path, requestHeaders: headers }, url, method);
}

test("routes stand in the phase whose name came last", () => {
  const [first, second, third] = [{ src: "/a" }, { src: "/b" }, { src: "/c" }];
  const phases = readPhases([first, { handle: "filesystem" }, second, { handle: "hit" }, third]);
  expect(phases.start).toEqual([first]);
  expect(phases.filesystem).toEqual([second]);
  expect(phases.hit).toEqual([third]);
  expect(phases.miss).toEqual([]);
});

test("a key or a phase that the router does not know is an error, not a guess", () => {
  expect(() => readPhases([{ src: "/a", mitigate: {} }])).toThrow(/"mitigate"/);
  expect(() => readPhases([{ handle: "elsewhere" }])).toThrow(/"elsewhere"/);
});

test("a source is the whole path, with or without anchors", () => {
  for (const src of ["/cart", "^/cart$", "^/cart"]) {
    expect(match({ src }, "/cart"), src).toBeDefined();
    expect(match({ src }, "/cart/more"), src).toBeUndefined();
    expect(match({ src }, "/my/cart"), src).toBeUndefined();
  }
});

test("groups are filled into the new path and the headers, by number and by name", () => {
  const route = { src: "/shop/([^/]+)/(?<page>[^/]+)", dest: "/$page?of=$1", headers: { "X-Of": "$1" } };
  expect(match(route, "/shop/lamps/list")).toEqual({ path: "/list?of=lamps", headers: { "x-of": "lamps" } });
});

test("a group that took no part is empty, not the word undefined", () => {
  expect(match({ src: "/a(/b)?", dest: "/x$1" }, "/a")?.path).toBe("/x");
});

test("a route without a new path leaves the path alone", () => {
  expect(match({ src: "/.*", headers: { a: "b" } }, "/cart")).toEqual({
    path: undefined,
    headers: { a: "b" },
  });
});

test("a route for some methods is for no others", () => {
  const route = { src: "/api/cart", methods: ["POST"] };
  expect(match(route, "/api/cart", { method: "POST" })).toBeDefined();
  expect(match(route, "/api/cart")).toBeUndefined();
});

test("what a request must have it must have, and what it must not have keeps the route off", () => {
  const rsc = { type: "header", key: "RSC", value: "1" };
  expect(match({ src: "/", has: [rsc] }, "/", { headers: { rsc: "1" } })).toBeDefined();
  expect(match({ src: "/", has: [rsc] }, "/", { headers: { rsc: "11" } })).toBeUndefined();
  expect(match({ src: "/", has: [rsc] }, "/")).toBeUndefined();
  expect(match({ src: "/", missing: [rsc] }, "/", { headers: { rsc: "1" } })).toBeUndefined();
  expect(match({ src: "/", missing: [rsc] }, "/")).toBeDefined();
});

test("a condition without a value asks for the name alone, also in the query", () => {
  const route = { src: "/", has: [{ type: "query", key: "next" }] };
  expect(match(route, "/", { search: "?next=" })).toBeDefined();
  expect(match(route, "/")).toBeUndefined();
});

test("a condition's group is filled in as the source's are", () => {
  const route = {
    src: "/",
    has: [{ type: "header", key: "host", value: "(?<shop>.+)\\.example" }],
    dest: "/$shop",
  };
  expect(match(route, "/", { headers: { host: "lamps.example" } })?.path).toBe("/lamps");
});
