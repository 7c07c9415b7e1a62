import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright";
import { pageJavascript } from "@/e2e/page-javascript";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { freePort } from "@/local-cloud/processes/free-port";
import { browserOptions, withLocalCloud } from "@/scripts/with-local-cloud";
import { type Audit, auditPage } from "./audit-page";
import { auditedPages } from "./audited-pages";
import { installLighthouse } from "./install-lighthouse";
import { judgePage, type Verdict } from "./judge-page";
import { verdictTable } from "./verdict-table";

/** `npm run lighthouse`: the audited pages on a local cloud, three runs each, and exit 1 below the limits. */
const RUNS = 3;

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: /^Add Market tote/ }).click();
  await page.getByTestId("pieces").waitFor();
  await page.goto(`${url}/login`);
  await page.getByRole("button", { name: "Continue as guest" }).click();
  await page.waitForURL("**/profile");
  await page.close();
}

const verdicts: Verdict[] = [];
const lighthouse = await installLighthouse(console.log);
const executablePath = await findChromium(console.log);

await withLocalCloud(2, async ({ url }, folder) => {
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
      for (let run = 1; run <= RUNS; run += 1) {
        const audit = await auditPage({ lighthouse, browserPort, url: url + path, isUnlisted, folder });
        console.log(`${path}, run ${run} of ${RUNS}: performance ${audit.scores.performance}`);
        audits.push(audit);
      }
      verdicts.push(judgePage(page, audits, overNextBytes / 1000));
    }
    await context.close();
  }
});

console.log(`\n${verdictTable(verdicts)}\n`);
for (const { page, faults } of verdicts) for (const fault of faults) console.error(`${page.path}: ${fault}`);
process.exitCode = verdicts.some(({ faults }) => faults.length > 0) ? 1 : 0;
