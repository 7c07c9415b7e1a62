import type { APIRequestContext, Page } from "@playwright/test";
import { expect, signInAsGuest, test } from "../support/fixtures";

const FILES = {
  "/robots.txt": /^text\/plain/,
  "/manifest.webmanifest": /^application\/manifest\+json/,
  "/opengraph-image.png": /^image\/png/,
  "/apple-icon.png": /^image\/png/,
  "/favicon.ico": /^image\/x-icon/,
  "/icon.svg": /^image\/svg\+xml/,
  "/icons/icon-192.png": /^image\/png/,
  "/icons/icon-512.png": /^image\/png/,
  "/icons/maskable-512.png": /^image\/png/,
};
const LISTED = ["/", "/cart", "/login", "/register", "/proof"];
const UNLISTED = ["/profile", "/sessions", "/unavailable", "/nothing-here"];

/** Width and height of a PNG: the first two numbers of its first chunk. */
async function pngSize(request: APIRequestContext, path: string): Promise<string> {
  const png = await (await request.get(path)).body();
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

const contentOf = (page: Page, selector: string) =>
  page.locator(`head > ${selector}`).getAttribute("content");

test.use({ expectedErrors: [/status of 404 .*nothing-here/] });

test("each file for crawlers and home screens has its type, no cookie, and costs Redis nothing", async ({
  page,
  cloud,
}) => {
  // Signed in: with a cookie of ours there is something that could be opened.
  await signInAsGuest(page);
  const requests = await cloud.restRequestsOf(async () => {
    for (const [path, type] of Object.entries(FILES)) {
      const response = await page.request.get(path);
      expect(response.status(), path).toBe(200);
      expect(response.headers()["content-type"], path).toMatch(type);
      expect(response.headers()["set-cookie"], path).toBeUndefined();
    }
  });
  expect(requests).toBe(0);
});

test("pictures have the size that they are named with", async ({ request }) => {
  expect(await pngSize(request, "/opengraph-image.png")).toBe("1200x630");
  expect(await pngSize(request, "/apple-icon.png")).toBe("180x180");
  const manifest = await (await request.get("/manifest.webmanifest")).json();
  expect(manifest).toMatchObject({ short_name: "Carryover", start_url: "/", display: "standalone" });
  const pictures: { src: string; sizes: string; purpose?: string }[] = manifest.icons;
  expect(pictures.map(({ purpose }) => purpose)).toContain("maskable");
  for (const { src, sizes } of pictures.filter(({ src }) => src.endsWith(".png")))
    expect(await pngSize(request, src), src).toBe(sizes);
});

test("crawlers are let in, but for the handlers", async ({ request }) => {
  const robots = await (await request.get("/robots.txt")).text();
  expect(robots).toMatch(/User-Agent: \*\nAllow: \/\nDisallow: \/api\//);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("every page says what it is, with URLs of the site that was visited", async ({ page }) => {
    await signInAsGuest(page);
    const titles = new Set<string>();
    const descriptions = new Set<string>();
    const { origin } = new URL(page.url());
    for (const path of ["/", "/cart", "/profile", "/sessions", "/proof"]) {
      await page.goto(`${path}?error=none`);
      titles.add(await page.locator("head > title").innerText());
      descriptions.add((await contentOf(page, 'meta[name="description"]')) ?? "");
      const image = (await contentOf(page, 'meta[property="og:image"]')) ?? "";
      expect(image, path).toMatch(new RegExp(`^${origin}/opengraph-image\\.png`));
      expect(await contentOf(page, 'meta[property="og:title"]')).toBe(await page.title());
      expect(await contentOf(page, 'meta[name="twitter:card"]')).toBe("summary_large_image");
      expect(await contentOf(page, 'meta[property="og:image:alt"]')).toMatch(/^Stop a server.*Redis\.$/);
      const canonical = await page.locator('head > link[rel="canonical"]').getAttribute("href");
      expect(new URL(canonical ?? "").href).toBe(new URL(path, origin).href);
      await expect(page.locator('head > link[rel="manifest"]')).toHaveAttribute(
        "href",
        "/manifest.webmanifest",
      );
      await expect(page.locator('head > link[rel="icon"]')).toHaveAttribute("href", "/icon.svg");
      await expect(page.locator('head > link[rel="apple-touch-icon"]')).toHaveAttribute(
        "href",
        "/apple-icon.png",
      );
    }
    expect(titles.size, [...titles].join()).toBe(5);
    expect(descriptions.size, [...descriptions].join()).toBe(5);
  });
});

test("the site's origin is the one that the visitor asked for", async ({ request, cloud }) => {
  expect((await cloud.status()).instances.length).toBeGreaterThan(0);
  const page = await request.get("/login", { headers: { host: "shop.example:81" } });
  expect(await page.text()).toContain(
    'property="og:image" content="http://shop.example:81/opengraph-image.png',
  );
});

test("private pages are not listed for crawlers, and the others are", async ({ page }) => {
  const robots = page.locator('head > meta[name="robots"]');
  for (const path of LISTED) {
    await page.goto(path);
    await expect(robots, path).toHaveCount(0);
  }
  await signInAsGuest(page);
  for (const path of UNLISTED) {
    await page.goto(path);
    await expect(robots.first(), path).toHaveAttribute("content", /noindex/);
  }
});
