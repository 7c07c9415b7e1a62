import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { parseMarkup } from "./markup";
import { twinPage } from "./twin-page";

const HTML =
  '<div class="a &amp; b" data-x="1"><svg viewBox="0 0 2 2"><path stroke-width="1" d="M0 0"></path></svg>' +
  '<p style="color:red;--size:2px">It&#x27;s &lt;here&gt;</p><img src="/a.svg" alt="" loading="lazy"/>' +
  '<label for="n">Name<input type="radio" id="n" name="n" checked="" value="1"/></label>' +
  '<select name="s"><option value="1">one</option><option value="2" selected="">two</option></select></div>';

const page = z.object({ default: z.function({ input: [], output: z.promise(z.any()) }) });

/** Renders a twin whose `connection()` has nothing to wait for. */
async function render(html: string, dataBytes: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "carryover-twin-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  for (const [name, text] of Object.entries(twinPage(parseMarkup(html), { dataBytes, filler: "TWIN_FILL" })))
    writeFileSync(
      join(folder, name.replace(/js$/, "mjs")),
      text
        .replace(/import .*"next\/server";/, "const connection = async () => {};")
        .replace("./client-part", "./client-part.mjs"),
    );
  const { default: Page } = page.parse(await import(/* @vite-ignore */ join(folder, "page.mjs")));
  return renderToStaticMarkup(await Page());
}

test("a twin renders the same elements, attributes and text, wherever the parts are rendered", async () => {
  // React writes some attributes of a field in an order of its own.
  const sorted = (html: string) => [...html].sort().join("");
  for (const dataBytes of [100_000, 500, 0]) {
    const rendered = (await render(HTML, dataBytes)).replace(/<template.*<\/template>/, "");
    expect(rendered.replaceAll(/<input[^>]*>/g, "")).toBe(HTML.replaceAll(/<input[^>]*>/g, ""));
    expect(sorted(rendered)).toBe(sorted(HTML));
  }
});

test("a twin is as much longer as its server is told", async () => {
  const short = (await render(HTML, 500)).length;
  vi.stubEnv("TWIN_FILL", "1000");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await render(HTML, 500)).length - short).toBe(1_000);
});

test("scripts and comments are no part of a page's markup", () => {
  const html = '<p>a<!-- -->b</p><!--$--><script src="/x.js" async="">1 < 2</script><!--/$-->';
  expect(parseMarkup(html)).toEqual([{ tag: "p", attributes: {}, children: ["a", "b"] }]);
});
