import { setTimeout as pause } from "node:timers/promises";
import { Builder, Capabilities, Origin } from "selenium-webdriver";
import { freePort } from "../../../local-cloud/processes/free-port.ts";
import { poll } from "../../../local-cloud/processes/poll.ts";

const FORCE_AFTER_MS = 5_000;
const START_LIMIT_MS = 60_000;
const MOST_PICTURES = 10;
const PAINT_MS = 200;
// With its tool bar the window is never narrower than 447 px, without it 334.
const LEAST_WIDTH = 334;
const PLAIN_WINDOW = "popup,noopener,toolbar=no,location=no,menubar=no,width=1280,height=900";

export async function launchWebKit({ program, miniBrowser, isJavaScriptOn, spawn }) {
  const screen = spawn(["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]);
  await poll(
    "a display",
    () => {
      failIfEnded(screen);
      return /^\d+$/.test(screen.lastOutput);
    },
    { limitMs: START_LIMIT_MS },
  );
  const env = { DISPLAY: `:${screen.lastOutput}` };
  const args = [
    "--automation",
    `--enable-javascript=${isJavaScriptOn}`,
    "--javascript-can-open-windows-automatically=true",
  ];
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    acceptInsecureCerts: true,
    "webkitgtk:browserOptions": { binary: miniBrowser, args },
  });

  // A driver has one session, and a session has cookies of its own: each device gets both.
  async function newDevice() {
    const port = await freePort();
    const driver = spawn([program, `--port=${port}`], { env });
    const address = `http://127.0.0.1:${port}`;
    const isListening = async () => {
      failIfEnded(driver);
      return fetch(`${address}/status`).then(
        () => true,
        () => false,
      );
    };
    await poll("WebKitWebDriver to listen", isListening, { limitMs: START_LIMIT_MS });
    const session = await new Builder().usingServer(address).withCapabilities(capabilities).build();
    const firstWindow = await session.getWindowHandle();
    return {
      version: `WebKitGTK ${(await session.getCapabilities()).getBrowserVersion()}`,
      newTab: async () => tabOf(session, await openWindow(session, firstWindow)),
      cookies: () => session.manage().getCookies(),
      async close() {
        await session.quit().catch(() => {});
        await driver.end(FORCE_AFTER_MS);
      },
    };
  }
  const first = await newDevice();
  await first.close();
  return { version: first.version, newDevice, close: () => screen.end(FORCE_AFTER_MS) };
}

function failIfEnded(child) {
  if (!child.isRunning) throw new Error(`The program ended at its start:\n${child.lastOutput}`);
}

async function openWindow(session, firstWindow) {
  await session.switchTo().window(firstWindow);
  const before = await session.getAllWindowHandles();
  await session.executeScript(`window.open("about:blank", "_blank", "${PLAIN_WINDOW}")`);
  let opened;
  await poll("the new window", async () => {
    opened = (await session.getAllWindowHandles()).find((each) => !before.includes(each));
    return opened !== undefined;
  });
  return opened;
}

function tabOf(session, window) {
  // A session has one window that commands go to.
  const on = async (work) => {
    await session.switchTo().window(window);
    return work();
  };
  const pointer = (x, y) => session.actions().move({ x, y, origin: Origin.VIEWPORT, duration: 0 });
  return {
    open: (url) => on(() => session.get(url)),
    reload: () => on(() => session.navigate().refresh()),
    back: () => on(() => session.navigate().back()),
    address: () => on(() => session.getCurrentUrl()),
    evaluate: (expression) => on(() => session.executeScript(`return ${expression}`)),
    click: (x, y, times) =>
      on(() => (times === 2 ? pointer(x, y).doubleClick() : pointer(x, y).click()).perform()),
    type: (text) => on(() => session.actions().sendKeys(text).perform()),
    async resize(width, height) {
      await on(() => session.manage().window().setRect({ x: 0, y: 0, width, height }));
      const shown = Math.max(width, LEAST_WIDTH);
      await poll("the new size", () => on(() => session.executeScript(`return innerWidth === ${shown}`)));
    },
    async picture() {
      // What was painted last may be of another size still.
      let before = "";
      let now = await on(() => session.takeScreenshot());
      for (let each = 0; each < MOST_PICTURES && before !== now; each++) {
        before = now;
        await pause(PAINT_MS);
        now = await on(() => session.takeScreenshot());
      }
      return Buffer.from(now, "base64");
    },
  };
}
