import type { Page } from "@playwright/test";

/**
 * Holds still what differs between two renderings of one state: countdowns, the server that happened to answer, and the
 * counters of the local cloud; and has the pictures that wait below loaded. The page may go on ticking: what it writes is written over before it is painted.
 */
export async function holdStill(page: Page): Promise<void> {
  // A style element would break the page's content security policy; a sheet made by script does not.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('[data-testid="server"] [aria-hidden] { background: gray !important }');
    document.adoptedStyleSheets.push(sheet);
  });
  await page.evaluate(() =>
    Promise.all(
      [...document.images].map((image) => {
        image.loading = "eager";
        return image.decode();
      }),
    ),
  );
  await page.evaluate(() => {
    const rules: [pattern: RegExp, still: string][] = [
      [/\d\d:\d\d:\d\d/g, "00:00:00"],
      [/\d+( (?:d|h|min|s)\b)/g, "0$1"],
      [/[\d.,]+( (?:requests|commands|MB)\b)/g, "0$1"],
    ];
    const still = (node: Node) => {
      const isServer = node.parentElement?.dataset.testid === "server-name";
      const text = node.nodeValue ?? "";
      const next = isServer ? "a" : rules.reduce((so, [pattern, word]) => so.replace(pattern, word), text);
      if (next !== text) node.nodeValue = next;
    };
    const stillAll = (root: Node) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) still(node);
    };
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        if (target.nodeType === Node.TEXT_NODE) still(target);
        for (const node of addedNodes) {
          if (node.nodeType === Node.TEXT_NODE) still(node);
          else stillAll(node);
        }
      }
    }).observe(document.body, { subtree: true, characterData: true, childList: true });
    stillAll(document.body);
  });
}
