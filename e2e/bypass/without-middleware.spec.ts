import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "../support/fixtures";
import { buildNext, type NextServer, startNext } from "../support/next-server";
import { tryBypasses } from "./try-bypasses";

const PARTS = [
  "app",
  "lib",
  "packages/session",
  "public",
  "package.json",
  "tsconfig.json",
  "postcss.config.mjs",
  "instrumentation.ts",
];
// Next looks for a middleware in the folders above, too: the copy stands outside the project, and its root is all there is.
const CONFIG = `import config from "PROJECT/next.config.mjs";
export default { ...config, turbopack: { root: "/" }, outputFileTracingRoot: "/" };
`;

let folder = "";
let server: NextServer | undefined;
let origin = "";

test.describe("with middleware.ts deleted", () => {
  test.beforeAll(async () => {
    test.skip(!process.env.E2E_INSTANCE_ENV, "only the local cloud can do this");
    test.setTimeout(400_000);
    folder = await mkdtemp(join(tmpdir(), "carryover-without-middleware-"));
    // Without the tests and what only they need.
    const isTheApps = (path: string) => !/\.test\.ts$|\/testing(\.ts)?$|\/test-[\w-]+\.ts$/.test(path);
    for (const part of PARTS) await cp(part, join(folder, part), { recursive: true, filter: isTheApps });
    await symlink(resolve("node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "next.config.mjs"), CONFIG.replace("PROJECT", process.cwd()));
    await buildNext(folder);
    server = await startNext(folder, { INSTANCE_NAME: "bare" });
    origin = server.origin;
  });

  test.afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("a protected page still refuses, a forged session header included", async ({ request, cloud }) => {
    const forged = Buffer.from(
      JSON.stringify({ state: "live", known: { session: { user: { id: "1", name: "mallory" } } } }),
    ).toString("base64url");
    const cookie = "session=Fe26.2*1*forged";
    for (const headers of [
      {},
      { cookie },
      { cookie, "x-carryover-session": `${Date.now()}.${forged}.${"A".repeat(43)}` },
    ]) {
      const requests = await cloud.restRequestsOf(async () => {
        const response = await request.get(`${origin}/profile`, { headers, maxRedirects: 0 });
        expect(response.status()).toBe(307);
        expect(response.headers().location).toBe("/login?next=%2Fprofile");
        expect(await response.text()).not.toContain("mallory");
      });
      expect(requests).toBe(0);
    }
  });

  test("whatever a request says of itself, nobody sees another's session", async () => {
    test.setTimeout(600_000);
    // Next's own page of a failure is a 500 by itself; the middleware hides it.
    const options = { folder, openOneIn: 40, except: ["/_global-error"] };
    const { hits, requests, seenByOwner } = await tryBypasses(origin, options);
    console.log(`bypass corpus without middleware.ts: ${requests} requests, ${hits.length} hits`);
    expect(hits).toEqual([]);
    expect(seenByOwner, "the owner sees what is theirs").toBeGreaterThan(100);
  });

  test("a signed-in page still works, at the cost of its own one read", async ({ page, cloud }) => {
    await page.goto(`${origin}/login`);
    await page.getByRole("button", { name: "Continue as guest" }).click();
    await expect(page.getByTestId("who")).toContainText("Signed in as guest-");
    await expect(page.getByTestId("server-name")).toHaveText("bare");
    for (const path of ["/", "/profile", "/cart"]) {
      const load = () => page.goto(origin + path, { waitUntil: "networkidle" });
      expect(await cloud.restRequestsOf(load), path).toBe(1);
    }
  });

  test.describe("in an outage", () => {
    test.use({ expectedErrors: [/./] });

    test("a page that needs the session says the same words, with status 500", async ({ page, cloud }) => {
      await page.goto(`${origin}/login`);
      await page.getByRole("button", { name: "Continue as guest" }).click();
      await expect(page.getByTestId("who")).toContainText("Signed in as guest-");
      await cloud.ask("redis/stop");
      try {
        for (const path of ["/profile", "/cart"]) {
          expect((await page.goto(origin + path))?.status(), path).toBe(500);
          await expect(
            page.getByRole("heading", { name: "We cannot reach your session just now" }),
          ).toBeVisible();
        }
        expect((await page.goto(origin))?.status()).toBe(200);
      } finally {
        await cloud.ask("redis/start");
      }
      await expect.poll(async () => (await page.goto(`${origin}/profile`))?.status()).toBe(200);
    });
  });
});
