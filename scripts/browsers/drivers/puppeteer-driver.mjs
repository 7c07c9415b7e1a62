import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import puppeteer, { TimeoutError } from "puppeteer-core";
import { poll } from "../../../local-cloud/processes/poll.ts";

const FORCE_AFTER_MS = 5_000;
const START_LIMIT_MS = 60_000;
// A page out of Firefox's memory is no navigation to the client: it is there, and the client waits.
const BACK_LIMIT_MS = 10_000;
// A container's root has no sandbox.
const CHROMIUM_OPTIONS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--hide-scrollbars",
];
const FIREFOX_PREFERENCES = {
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  // JSON as it is, and not in a page of the browser's own.
  "devtools.jsonview.enabled": false,
};

export async function launchChromium({ program, isJavaScriptOn, folder, spawn }) {
  const profile = [
    "--remote-debugging-port=0",
    `--user-data-dir=${folder}`,
    "--disable-background-networking",
  ];
  const child = spawn([program, ...CHROMIUM_OPTIONS, ...profile, "about:blank"]);
  const endpoint = await announcedAddress(child, /DevTools listening on (ws:\S+)/);
  return connect(child, { browserWSEndpoint: endpoint }, async (page) => {
    if (!isJavaScriptOn) await page.setJavaScriptEnabled(false);
  });
}

export async function launchFirefox({ program, isJavaScriptOn, folder, spawn }) {
  await mkdir(folder, { recursive: true });
  // Firefox 153 has no command for it (emulation.setScriptingEnabled): it is a preference of the whole browser.
  const preferences = { ...FIREFOX_PREFERENCES, "javascript.enabled": isJavaScriptOn };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});\n`);
  await writeFile(join(folder, "user.js"), lines.join(""));
  const child = spawn([
    program,
    "--headless",
    "--remote-debugging-port=0",
    "--profile",
    folder,
    "about:blank",
  ]);
  const address = await announcedAddress(child, /WebDriver BiDi listening on (ws:\S+)/);
  return connect(child, { browserWSEndpoint: `${address}/session`, protocol: "webDriverBiDi" });
}

async function announcedAddress(child, pattern) {
  let address;
  await poll(
    "the browser to say where it listens",
    () => {
      if (!child.isRunning) throw new Error(`The browser ended at its start:\n${child.lastOutput}`);
      address = pattern.exec(child.lastOutput)?.[1];
      return address !== undefined;
    },
    { limitMs: START_LIMIT_MS },
  );
  return address;
}

async function connect(child, endpoint, prepare = async () => {}) {
  const browser = await puppeteer.connect({ ...endpoint, acceptInsecureCerts: true, defaultViewport: null });
  return {
    version: (await browser.version()).replace(/^./, (letter) => letter.toUpperCase()).replace("/", " "),
    async newDevice() {
      const context = await browser.createBrowserContext();
      return {
        async newTab() {
          const page = await context.newPage();
          await prepare(page);
          return tabOf(page);
        },
        cookies: () => context.cookies(),
        close: () => context.close(),
      };
    },
    async close() {
      await browser.close().catch(() => {});
      await child.end(FORCE_AFTER_MS);
    },
  };
}

function tabOf(page) {
  return {
    open: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    async back() {
      await page.goBack({ waitUntil: "domcontentloaded", timeout: BACK_LIMIT_MS }).catch((error) => {
        if (!(error instanceof TimeoutError)) throw error;
      });
    },
    address: async () => page.url(),
    evaluate: (expression) => page.evaluate(expression),
    click: (x, y, times) => page.mouse.click(x, y, { count: times }),
    type: (text) => page.keyboard.type(text),
    resize: (width, height) => page.setViewport({ width, height }),
    picture: () => page.screenshot(),
  };
}
