import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { installPackages } from "@/deploy/build/install-packages";
import { table } from "@/deploy/table";
import { exitWith } from "@/local-cloud/cli-options";
import type { LocalCloud } from "@/local-cloud/local-cloud";
import { startProcessReaper } from "@/local-cloud/processes/process-reaper";
import { withLocalCloud } from "@/scripts/with-local-cloud";
import type { BrowserDriver } from "./drivers/browser-driver";
import { type Browser, browsers } from "./find-browsers";
import { type Ground, journey, type Step } from "./journey";
import type { ShopPage } from "./shop-page";
import { type Site, startSites, startStranger } from "./sites";
import { visitorOf } from "./visitor";

// `npm run browsers`: the journey through the shop in Chromium, Firefox and WebKit, with JavaScript and without, over plain http
// and over TLS. `npm run browsers -- firefox` for one of them. Pictures go to test-results/browsers/.

const PICTURES = "test-results/browsers";
const PHONE = { width: 375, height: 740 };
const DESKTOP = { width: 1280, height: 900 };
const STEP_LIMIT_MS = 300_000;

const chosen = chosenBrowsers();
const only = process.env.STEP;
const steps = journey.filter(({ says }) => !only || says.includes(only));
const head: string[] = [];
const cells = new Map<string, string[]>();
let passed = 0;
let failed = 0;

// Many visitors of one address in a few seconds, on a machine that may be busy.
const env = { SIGN_IN_LIMIT: "100000", BEGIN_LIMIT: "100000", SESSION_DEADLINE_MS: "5000" };
await withLocalCloud(
  2,
  async (cloud, dataDir) => {
    const { spawn, close } = await startProcessReaper(join(dataDir, "browsers"));
    await installPackages("scripts/browsers", { spawn, say: console.log });
    await rm(PICTURES, { recursive: true, force: true });
    await mkdir(PICTURES, { recursive: true });
    const { sites, close: closeSites } = await startSites(cloud);
    const stranger = await startStranger();
    try {
      for (const browser of chosen) {
        for (const isJavaScriptOn of [true, false]) {
          const folder = join(dataDir, `${browser.name}-${isJavaScriptOn}`);
          const driver = await browser.launch({ isJavaScriptOn, folder, spawn });
          try {
            for (const site of sites) {
              const run = {
                browser,
                driver,
                isJavaScriptOn,
                site,
                cloud,
                strangerUrl: stranger.urlFor(site),
              };
              await walk(run);
            }
          } finally {
            await driver.close();
          }
        }
      }
    } finally {
      stranger.close();
      await closeSites();
      await close();
    }
  },
  { env },
);

const rows = steps.map(({ says }) => [says, ...(cells.get(says) ?? [])]);
console.log(
  `\n${table(["step", ...head], rows)}\n\nPictures: ${PICTURES}/\n${passed} passed, ${failed} failed`,
);
process.exit(failed > 0 ? 1 : 0);

interface Run {
  readonly browser: Browser;
  readonly driver: BrowserDriver;
  readonly isJavaScriptOn: boolean;
  readonly site: Site;
  readonly cloud: LocalCloud;
  readonly strangerUrl: string;
}

/** A column of the table. */
async function walk(run: Run): Promise<void> {
  const { driver, isJavaScriptOn, site } = run;
  const mode = isJavaScriptOn ? "JavaScript on" : "JavaScript off";
  const column = `${driver.version}, ${site.name}, ${mode}`;
  head.push(column);
  console.log(`\n── ${column}`);
  for (const step of steps) {
    const startedAtMs = Date.now();
    const cell = await walkStep(step, run);
    console.log(`  ${step.says}: ${cell} (${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s)`);
    cells.set(step.says, [...(cells.get(step.says) ?? []), cell]);
  }
}

async function walkStep(step: Step, run: Run): Promise<string> {
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
      if (site.isTls)
        await takePictures(page, `${browser.name.toLowerCase()}-${isJavaScriptOn ? "on" : "off"}-${name}`);
    },
  };
  const limit = new AbortController();
  try {
    const cell = await Promise.race([step.holds(ground), tooLate(limit.signal)]);
    passed++;
    return cell;
  } catch (error) {
    failed++;
    return `✗ ${(error instanceof Error ? error.message : String(error)).split("\n", 1)[0]}`;
  } finally {
    limit.abort();
    await Promise.allSettled(closers.map((close) => close()));
  }
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await pause(STEP_LIMIT_MS, undefined, { signal });
  throw new Error(`not done after ${STEP_LIMIT_MS / 1_000} s`);
}

async function takePictures({ tab }: ShopPage, name: string): Promise<void> {
  for (const [device, { width, height }] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    await tab.resize(width, height);
    await writeFile(join(PICTURES, `${name}-${device}.png`), await tab.picture());
  }
}

function chosenBrowsers() {
  const names = process.argv.slice(2).map((name) => name.toLowerCase());
  const all = browsers.filter(({ name }) => names.length === 0 || names.includes(name.toLowerCase()));
  const known = browsers.map(({ name }) => name).join(", ");
  return all.length > 0 ? all : exitWith(`There is no such browser here: ${known}.`);
}
