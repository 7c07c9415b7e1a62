import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { exitWith } from "@/local-cloud/cli-options";
import { aptInstall } from "@/local-cloud/processes/apt-install";
import { findOnPath } from "@/local-cloud/processes/find-on-path";
import type { BrowserDriver, LaunchOptions } from "./drivers/browser-driver";

export interface Browser {
  readonly name: "Chromium" | "Firefox" | "WebKit";
  /** Starts it, after its programs were found or installed (Debian or Ubuntu, as root). */
  launch(options: Omit<LaunchOptions, "program">): Promise<BrowserDriver>;
}

const LIBRARIES = "/usr/lib";

// The clients are packages of this folder alone, installed before a browser is launched: they are imported then.
export const browsers: readonly Browser[] = [
  {
    name: "Chromium",
    async launch(options) {
      const { launchChromium } = await import("./drivers/puppeteer-driver.mjs");
      // Not Debian's chromium-headless-shell: it has no back/forward cache.
      const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
      return launchChromium({ ...options, program: await find("chromium", () => findOnPath(names)) });
    },
  },
  {
    name: "Firefox",
    async launch(options) {
      const { launchFirefox } = await import("./drivers/puppeteer-driver.mjs");
      const program = await find("firefox-esr", () => findOnPath(["firefox-esr", "firefox"]));
      return launchFirefox({ ...options, program });
    },
  },
  {
    name: "WebKit",
    async launch(options) {
      const { launchWebKit } = await import("./drivers/webkit-driver.mjs");
      await find("xvfb", () => findOnPath(["Xvfb"]));
      const program = await find("webkit2gtk-driver", () => findOnPath(["WebKitWebDriver"]));
      const miniBrowser = await find("webkit2gtk-driver", findMiniBrowser);
      return launchWebKit({ ...options, program, miniBrowser });
    },
  },
];

/** WebKitGTK's own small browser is on no PATH: `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser`. */
function findMiniBrowser(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  const folders = readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name));
  return ["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"]
    .flatMap((version) => [LIBRARIES, ...folders].map((folder) => join(folder, version, "MiniBrowser")))
    .find((path) => existsSync(path));
}

async function find(packageName: string, look: () => string | undefined): Promise<string> {
  const found = look() ?? ((await aptInstall(packageName, console.log)) ? look() : undefined);
  return found ?? exitWith(`A browser is missing here. On Debian, as root: apt-get install ${packageName}`);
}
