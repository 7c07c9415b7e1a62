import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { z } from "zod";

const manifest = z.object({ rootMainFiles: z.array(z.string()), polyfillFiles: z.array(z.string()) });

export interface PageJavascript {
  /** Of all scripts that the page loads by itself, gzipped one by one. */
  readonly totalBytes: number;
  /** Of those that are not the same for every page of every Next app: what this app's pages add. */
  readonly overNextBytes: number;
}

/** The scripts that a page loads until it rests, measured in Chromium on a local build. */
export async function pageJavascript(page: Page, path: string): Promise<PageJavascript> {
  const { rootMainFiles, polyfillFiles } = manifest.parse(
    JSON.parse(await readFile(".next/build-manifest.json", "utf8")),
  );
  const nexts = new Set([...rootMainFiles, ...polyfillFiles].map((file) => `/_next/${file}`));
  const scripts = new Map<string, Promise<number>>();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    // A script may be answered twice: preloaded, and then from memory.
    if (!pathname.endsWith(".js") || scripts.has(pathname)) return;
    scripts.set(
      pathname,
      response.body().then((body) => gzipSync(body).length),
    );
  });
  await page.goto(path, { waitUntil: "networkidle" });
  let totalBytes = 0;
  let overNextBytes = 0;
  for (const [pathname, size] of scripts) {
    const bytes = await size;
    totalBytes += bytes;
    if (!nexts.has(pathname)) overNextBytes += bytes;
  }
  return { totalBytes, overNextBytes };
}
