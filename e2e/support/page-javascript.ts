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
  const scripts = new Set<string>();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith(".js")) scripts.add(pathname);
  });
  await page.goto(path, { waitUntil: "networkidle" });
  let totalBytes = 0;
  let overNextBytes = 0;
  for (const pathname of scripts) {
    // Asked for once more: a body is not to be had of a script that was preloaded, or came from memory.
    const answer = await page.request.get(new URL(pathname, page.url()).href);
    const bytes = gzipSync(await answer.body()).length;
    totalBytes += bytes;
    if (!nexts.has(pathname)) overNextBytes += bytes;
  }
  return { totalBytes, overNextBytes };
}
