import { existsSync } from "node:fs";
import { aptInstall } from "./apt-install";
import { findOnPath } from "./find-on-path";

// The first is Debian's package of what Playwright itself takes for a browser without a window: the same engine, lighter to start.
const PACKAGES = ["chromium-headless-shell", "chromium"];
const PROGRAMS = [...PACKAGES, "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The path of a Chromium or Chrome for Playwright's `executablePath`: Playwright's own download if it is there, else
 * the system's, else installed by apt-get (Debian or Ubuntu, as root). Downloads nothing else.
 * Throws with the one command to run where none of these works.
 */
export async function findChromium(say: (line: string) => void): Promise<string> {
  const present = (await playwrightsOwn()) ?? systems();
  if (present) return present;
  for (const name of PACKAGES) {
    // Ubuntu's `chromium` only fetches a snap, which a container cannot run: hence the second check.
    const installed = (await aptInstall(name, say)) && findOnPath(PROGRAMS);
    if (installed) return installed;
  }
  throw new Error(
    "No Chromium or Chrome here. Install one and start again:\n  npx playwright install --with-deps chromium",
  );
}

async function playwrightsOwn(): Promise<string | undefined> {
  // Only the tests need a browser, so only they pay for loading Playwright.
  const { chromium } = await import("playwright");
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

function systems(): string | undefined {
  return findOnPath(PROGRAMS) ?? APPLICATIONS.find((path) => existsSync(path));
}
