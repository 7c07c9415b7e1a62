import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright";
import { pageJavascript } from "@/e2e/support/page-javascript";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { freePort } from "@/local-cloud/processes/free-port";
import { browserOptions, withLocalCloud } from "@/scripts/with-local-cloud";
import { type Audit, auditPage } from "./audit-page";
import { auditedPages } from "./audited-pages";
import { withEmptyPage } from "./empty-page";
import { installLighthouse } from "./install-lighthouse";
import { judgePage, type Verdict } from "./judge-page";
import { verdictTable } from "./verdict-table";

/**
 * `npm run lighthouse`: the audited pages on a local cloud, five runs each, and exit 1 below the limits. Beside them, in
 * turn with each page, an empty page of the same Next: what it scores is what this machine lets any page score.
 */
const RUNS = 5;

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: /^Add Market tote/ }).click();
  await page.getByTestId("items").waitFor();
  await page.goto(`${url}/login`);
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await page.waitForURL("**/profile");
  await page.close();
}

const verdicts: Verdict[] = [];
const emptyPage: Audit[] = [];
const lighthouse = await installLighthouse(console.log);
const executablePath = await findChromium(console.log);

async function auditPages(url: string, emptyUrl: string, folder: string): Promise<void> {
  for (const signedIn of [false, true]) {
    const browserPort = await freePort();
    const context = await chromium.launchPersistentContext(join(folder, `browser-${signedIn}`), {
      ...browserOptions,
      args: [...browserOptions.args, `--remote-debugging-port=${browserPort}`],
      executablePath,
    });
    if (signedIn) await signIn(context, url);
    for (const page of auditedPages.filter((each) => each.signedIn === signedIn)) {
      const { path, isUnlisted } = page;
      const tab = await context.newPage();
      const { overNextBytes } = await pageJavascript(tab, url + path);
      await tab.close();
      const audits: Audit[] = [];
      const settings = { lighthouse, browserPort, folder };
      for (let run = 1; run <= RUNS; run += 1) {
        const audit = await auditPage({ ...settings, url: url + path, isUnlisted });
        console.log(`${path}, run ${run} of ${RUNS}: performance ${audit.scores.performance}`);
        audits.push(audit);
      }
      emptyPage.push(await auditPage({ ...settings, url: emptyUrl, isUnlisted: true }));
      verdicts.push(judgePage(page, audits, overNextBytes / 1000));
    }
    await context.close();
  }
}

await withLocalCloud(2, ({ url }, folder) =>
  withEmptyPage(join(folder, "empty"), (emptyUrl) => auditPages(url, emptyUrl, folder)),
);

const ofEmpty = emptyPage.map(({ scores }) => scores.performance).sort((one, other) => one - other);
console.log(`\n${verdictTable(verdicts)}\n`);
console.log(`An empty page of the same Next, once after each of these: performance ${ofEmpty.join(", ")}.\n`);
for (const { page, faults } of verdicts) for (const fault of faults) console.error(`${page.path}: ${fault}`);
process.exitCode = verdicts.some(({ faults }) => faults.length > 0) ? 1 : 0;
