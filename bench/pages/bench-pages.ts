import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
import { guestAt } from "@/deploy/check/visitor";
import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { loadInFreshTab, loadPage, type PageTimes, WATCH } from "./load-page";

const LOADS = 21;
const views = [
  { path: "/", who: "anonymous" },
  { path: "/", who: "signed in" },
  { path: "/cart", who: "anonymous" },
  { path: "/cart", who: "signed in" },
  { path: "/profile", who: "signed in" },
  { path: "/proof", who: "signed in" },
] as const;

/** What a person waits for in a browser on this machine, with a session and without one, load after load in turn. */
export async function benchPages({ serveOurs, isQuick, say }: BenchSite): Promise<PartResult> {
  const server = await serveOurs();
  const browser = await chromium.launch({
    executablePath: await findChromium(say),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  const visitors = { anonymous: await openTab(browser), "signed in": await openTab(browser) };
  await signIn(visitors["signed in"].context, server.origin);
  const loads = views.map((view) => ({ view, open: [] as PageTimes[], fresh: [] as PageTimes[] }));
  for (let load = 0; load <= (isQuick ? 1 : LOADS); load++) {
    for (const { view, open, fresh } of loads) {
      const { tab, context } = visitors[view.who];
      const url = server.origin + view.path;
      const [inOpen, inFresh] = [await loadPage(tab, url), await loadInFreshTab(context, url)];
      if (load === 0) continue; // It fills the browser's cache.
      open.push(inOpen);
      fresh.push(inFresh);
    }
  }
  await browser.close();
  await server.stop();
  const medians = (times: readonly PageTimes[]) => ({
    firstByteMs: median(times.map(({ firstByteMs }) => firstByteMs)),
    interactiveMs: median(times.map(({ interactiveMs }) => interactiveMs)),
  });
  const pages = loads.map(({ view, open, fresh }) => ({
    ...view,
    ...medians(open),
    inFreshTab: medians(fresh),
  }));
  return {
    tables: [
      table(
        ["page", "", "first byte", "interactive", "in a fresh tab: first byte", "interactive"],
        pages.map(({ path, who, firstByteMs, interactiveMs, inFreshTab }) => [
          path,
          who,
          ...[firstByteMs, interactiveMs, inFreshTab.firstByteMs, inFreshTab.interactiveMs].map(
            (ms) => `${ms.toFixed(0)} ms`,
          ),
        ]),
      ),
    ],
    figures: { pages },
  };
}

interface Visitor {
  readonly context: BrowserContext;
  readonly tab: Page;
}

async function openTab(browser: Browser): Promise<Visitor> {
  const context = await browser.newContext();
  await context.addInitScript({ content: WATCH });
  return { context, tab: await context.newPage() };
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const { cookies } = await guestAt(url);
  await context.addCookies(Array.from(cookies, ([name, value]) => ({ name, value, url })));
}
