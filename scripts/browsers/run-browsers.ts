import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { installPackages } from "@/deploy/build/install-packages";
import { exitWith } from "@/local-cloud/cli-options";
import type { LocalCloud } from "@/local-cloud/local-cloud";
import { startProcessReaper } from "@/local-cloud/processes/process-reaper";
import { withLocalCloud } from "@/scripts/with-local-cloud";
import type { BrowserDriver } from "./drivers/browser-driver";
import { type Browser, browsers } from "./find-browsers";
import { type Ground, journey, type Step } from "./journey";
import { createResults } from "./results";
import type { ShopPage } from "./shop-page";
import { type Site, startSites, startStranger } from "./sites";
import { visitorOf } from "./visitor";

// `npm run browsers`: the journey through the shop in Chromium, Firefox and WebKit, with JavaScript and without, over plain http
// and over TLS. `npm run browsers -- firefox` for one of them. The pictures are of https.

const PICTURES = "test-results/browsers";
const DEVICES = { phone: { width: 375, height: 740 }, desktop: { width: 1280, height: 900 } };
const STEP_LIMIT_MS = 300_000;

interface Run {
  readonly browser: Browser;
  readonly driver: BrowserDriver;
  readonly isJavaScriptOn: boolean;
  readonly site: Site;
  readonly cloud: LocalCloud;
  readonly strangerUrl: string;
}

const chosen = chosenBrowsers();
const results = createResults();
// Many visitors of one address in a few seconds, on a machine that may be busy.
const env = { SIGN_IN_LIMIT: "100000", BEGIN_LIMIT: "100000", SESSION_DEADLINE_MS: "5000" };
await withLocalCloud(2, walkInAll, { env });
console.log(`\n${results.say()}\nThe pictures are in ${PICTURES}/.`);
process.exit(results.failed > 0 ? 1 : 0);

async function walkInAll(cloud: LocalCloud, dataDir: string): Promise<void> {
  const { spawn, close } = await startProcessReaper(join(dataDir, "browsers"));
  const closers = [close];
  try {
    await installPackages("scripts/browsers", { spawn, say: console.log });
    const { sites, close: closeSites } = await startSites(cloud);
    const stranger = await startStranger();
    closers.push(closeSites, stranger.close);
    for (const browser of chosen) {
      await rm(join(PICTURES, browser.name), { recursive: true, force: true });
      await mkdir(join(PICTURES, browser.name), { recursive: true });
      for (const isJavaScriptOn of [true, false]) {
        const folder = join(dataDir, `${browser.name}-${isJavaScriptOn}`);
        const driver = await browser.launch({ isJavaScriptOn, folder, spawn });
        const run = { browser, driver, isJavaScriptOn, cloud };
        for (const site of sites) await walk({ ...run, site, strangerUrl: stranger.urlFor(site) });
        await driver.close();
      }
    }
  } finally {
    for (const each of closers.reverse()) await each();
  }
}

async function walk(run: Run): Promise<void> {
  const { driver, isJavaScriptOn, site } = run;
  const column = `${driver.version}, JavaScript ${isJavaScriptOn ? "on" : "off"}`;
  console.log(`\n── ${column}, ${site.name}`);
  for (const step of journey) {
    const holds = await walkStep(step, run);
    console.log(`  ${step.says}: ${holds instanceof Error ? `✗ ${holds.message}` : holds}`);
    results.add(step.says, column, site.name, holds);
  }
}

async function walkStep(step: Step, run: Run): Promise<string | Error> {
  const { browser, driver, isJavaScriptOn, site, cloud, strangerUrl } = run;
  const closers: (() => Promise<void>)[] = [];
  const ground: Ground = {
    browser: browser.name,
    isJavaScriptOn,
    site,
    cloud,
    strangerUrl,
    async newVisitor() {
      const device = await driver.newDevice();
      closers.push(() => device.close());
      return visitorOf(device, site.origin);
    },
    async picture(page, name) {
      const scripts = isJavaScriptOn ? "" : "-without-scripts";
      if (site.isTls) await takePictures(page, join(PICTURES, browser.name, `${name}${scripts}`));
    },
  };
  const exception = step.exception?.applies(ground) ? step.exception : undefined;
  const limit = new AbortController();
  try {
    const holds = await Promise.race([step.holds(ground), tooLate(limit.signal)]);
    return exception ? new Error(`it holds, and is said not to: ${exception.why}`) : holds;
  } catch (error) {
    const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    return exception?.error.test(message) ? exception.why : new Error(message);
  } finally {
    limit.abort();
    await Promise.allSettled(closers.map((close) => close()));
  }
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await pause(STEP_LIMIT_MS, undefined, { signal });
  throw new Error(`not done after ${STEP_LIMIT_MS / 1_000} s`);
}

async function takePictures({ tab }: ShopPage, path: string): Promise<void> {
  for (const [device, { width, height }] of Object.entries(DEVICES)) {
    await tab.resize(width, height);
    await writeFile(`${path}-${device}.png`, await tab.picture());
  }
}

function chosenBrowsers(): readonly Browser[] {
  const names = process.argv.slice(2).map((name) => name.toLowerCase());
  const all = browsers.filter(({ name }) => names.length === 0 || names.includes(name.toLowerCase()));
  const known = browsers.map(({ name }) => name).join(", ");
  return all.length > 0 ? all : exitWith(`There is no such browser here: ${known}.`);
}
