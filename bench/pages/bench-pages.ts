import { type BrowserContext, chromium } from "playwright";
import { guestAt } from "@/deploy/check/visitor";
import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { loadPage, type PageTimes } from "./load-page";

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
  const contexts = {
    anonymous: await browser.newContext({ baseURL: server.origin }),
    "signed in": await browser.newContext({ baseURL: server.origin }),
  };
  await signIn(contexts["signed in"], server.origin);
  const loads = new Map<(typeof views)[number], PageTimes[]>(views.map((view) => [view, []]));
  for (let load = 0; load <= (isQuick ? 1 : LOADS); load++) {
    for (const view of views) {
      const times = await loadPage(contexts[view.who], view.path);
      if (load > 0) loads.get(view)?.push(times); // The first one fills the browser's cache.
    }
  }
  await browser.close();
  await server.stop();
  const pages = Array.from(loads, ([view, all]) => ({
    ...view,
    firstByteMs: median(all.map(({ firstByteMs }) => firstByteMs)),
    interactiveMs: median(all.map(({ interactiveMs }) => interactiveMs)),
  }));
  return {
    tables: [
      table(
        ["page", "", "first byte", "interactive"],
        pages.map(({ path, who, firstByteMs, interactiveMs }) => [
          path,
          who,
          ...[firstByteMs, interactiveMs].map((ms) => `${ms.toFixed(0)} ms`),
        ]),
      ),
    ],
    figures: { pages },
  };
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const { cookies } = await guestAt(url);
  await context.addCookies(Array.from(cookies, ([name, value]) => ({ name, value, url })));
}
