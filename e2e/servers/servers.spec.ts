import type { APIRequestContext } from "@playwright/test";
import { changesKept, expect, seeServers, signInAsGuest, test } from "../support/fixtures";

// However a test ends, the next one finds both servers.
test.afterEach(async ({ cloud }) => {
  for (const { name, state } of (await cloud.status()).instances) {
    if (name > "b" ? state !== "stopped" : state === "stopped") {
      await cloud.ask(`instances/${name}/${name > "b" ? "stop" : "start"}`);
    }
  }
});

test("shopping goes on while one server is stopped and another is started", async ({ page, cloud }) => {
  await signInAsGuest(page, "/");
  await page.getByRole("button", { name: /Add Weekend duffel/ }).click();
  await expect(page.getByTestId("items")).toContainText("1");
  await changesKept(page);
  expect(await seeServers(page, 2)).toEqual(new Set(["a", "b"]));

  await cloud.ask("instances/a/stop");
  for (let each = 0; each < 3; each++) {
    await page.getByRole("button", { name: /Add Weekend duffel/ }).click();
    await expect(page.getByTestId("items")).toContainText(`${each + 2}`);
    await expect(page.getByTestId("server-name")).toHaveText("b");
  }
  await cloud.ask("instances");
  const seen = await seeServers(page, 2);
  expect(seen.has("a")).toBe(false);
  await expect(page.getByTestId("items")).toContainText("4");
});

interface Tally {
  requests: number;
  failed: string[];
  servers: Set<string>;
  handles: Set<string>;
}

/** A signed-in visitor of `count` requests, one change in each four, with something done in the middle. */
async function shop(
  http: APIRequestContext,
  { count, inTheMiddle }: { count: number; inTheMiddle: () => Promise<unknown> },
): Promise<Tally> {
  const tally: Tally = { requests: 0, failed: [], servers: new Set(), handles: new Set() };
  let middle: Promise<unknown> = Promise.resolve();
  for (let each = 0; each < count; each++) {
    if (each === count / 4) middle = inTheMiddle();
    const isChange = each % 4 === 3;
    const response = isChange
      ? await http.post("/api/session/views", { data: {} })
      : await http.get("/api/session");
    tally.requests++;
    tally.servers.add(response.headers()["x-served-by"] ?? "?");
    if (response.ok()) tally.handles.add((await response.json()).session?.handle ?? "none");
    else tally.failed.push(`${isChange ? "POST" : "GET"} ${response.status()}`);
  }
  await middle;
  return tally;
}

test("stopping a server in the middle of 200 requests fails none and loses no session", async ({
  page,
  cloud,
}) => {
  await signInAsGuest(page);
  const tally = await shop(page.request, { count: 200, inTheMiddle: () => cloud.ask("instances/a/stop") });
  expect(tally.failed).toEqual([]);
  expect(tally.handles.size).toBe(1);
  expect(tally.servers).toEqual(new Set(["a", "b"]));
  const { session } = await (await page.request.get("/api/session")).json();
  expect(session.views.a + session.views.b).toBe(50);
});

test("killing a server in the middle fails no GET, repeats no POST and loses no session", async ({
  page,
  cloud,
}) => {
  await signInAsGuest(page);
  const tally = await shop(page.request, { count: 200, inTheMiddle: () => cloud.ask("instances/b/kill") });
  expect(tally.failed.filter((each) => each !== "POST 502")).toEqual([]);
  expect(tally.handles.size).toBe(1);
  const { session } = await (await page.request.get("/api/session")).json();
  const views = session.views.a + session.views.b;
  // A POST that was cut off may have been counted or not, but never twice.
  expect(views).toBeLessThanOrEqual(50);
  expect(views).toBeGreaterThanOrEqual(50 - tally.failed.length);
  // It is started again by itself, and taken back.
  await page.goto("/profile");
  expect(await seeServers(page, 2)).toEqual(new Set(["a", "b"]));
});
