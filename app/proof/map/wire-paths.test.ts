import { expect, test } from "vitest";
import { type MapPlaces, wirePaths } from "./wire-paths";

const place = (left: number, top: number) => ({ left, top, width: 100, height: 40 });
const wide: MapPlaces = {
  width: 800,
  browser: place(0, 50),
  balancer: place(150, 50),
  servers: { a: place(300, 0), b: place(300, 100) },
  gateway: place(450, 50),
  redis: place(600, 50),
};

/** The points at which a path begins and ends. */
function endsOf(path: string): [string, string] {
  const numbers = path.match(/-?\d+(\.\d+)?/g) ?? [];
  return [numbers.slice(0, 2).join(), numbers.slice(-2).join()];
}

test("in a wide map a request goes from the browser's right edge to Redis' left, through its server", () => {
  const { common, servers } = wirePaths(wide);
  expect(common.map(endsOf)).toEqual([
    ["100,70", "150,70"],
    ["550,70", "600,70"],
  ]);
  expect(endsOf(servers.a?.into ?? "")).toEqual(["250,70", "300,20"]);
  expect(endsOf(servers.b?.out ?? "")).toEqual(["400,120", "450,70"]);
  for (const { whole } of Object.values(servers)) expect(endsOf(whole)).toEqual(["100,70", "600,70"]);
  expect(servers.a?.whole).toContain("400 20");
});

test("in a tall map it goes down the right edge, in at the server's right, and out at its left", () => {
  const tall: MapPlaces = {
    width: 320,
    browser: place(0, 0),
    balancer: place(220, 0),
    servers: { a: place(110, 100) },
    gateway: place(0, 200),
    redis: place(0, 300),
  };
  const { common, servers } = wirePaths(tall);
  expect(endsOf(servers.a?.into ?? "")).toEqual(["313,40", "210,120"]);
  expect(endsOf(servers.a?.out ?? "")).toEqual(["110,120", "7,200"]);
  expect(endsOf(common[1] ?? "")).toEqual(["50,240", "50,300"]);
  expect(endsOf(servers.a?.whole ?? "")).toEqual(["100,20", "50,300"]);
});

test("in a map of one column the browser stands above the balancer, and the first wire goes down", () => {
  const narrow: MapPlaces = {
    width: 200,
    browser: place(0, 0),
    balancer: place(0, 60),
    servers: { a: place(20, 120) },
    gateway: place(0, 180),
    redis: place(0, 240),
  };
  const { common, servers } = wirePaths(narrow);
  expect(endsOf(common[0] ?? "")).toEqual(["50,40", "50,60"]);
  expect(endsOf(servers.a?.whole ?? "")).toEqual(["50,40", "50,240"]);
});

test("every path is one stroke: nothing is lifted on the way", () => {
  for (const { whole } of Object.values(wirePaths(wide).servers)) expect(whole.match(/M/g)).toHaveLength(1);
});
