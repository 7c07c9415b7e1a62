import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Tab } from "./drivers/browser-driver";

/** What can be named on a page: by what it is, and by what its name begins with, as a screen reader says it. */
export type PartKind = "button" | "link" | "field" | "heading" | "alert" | "testid";
export type Part = readonly [kind: PartKind, name: string];

const found = z.object({
  text: z.string(),
  value: z.string(),
  hasFocus: z.boolean(),
  /** Of its middle, in what is shown (px). */
  x: z.number(),
  y: z.number(),
});
export type FoundPart = z.infer<typeof found>;

const WAIT_MS = 30_000;
const EVERY_MS = 50;

/** The shop in a tab, as a visitor uses it. Whatever is waited for is asked for again while a page takes another's place. */
export interface ShopPage {
  readonly tab: Tab;
  open(path: string): Promise<void>;
  /** Presses it as soon as it is there, so many times in a row. */
  press(part: Part, times?: number): Promise<void>;
  /** Replaces what the field holds. */
  fill(field: string, text: string): Promise<void>;
  /** All that are shown, in the page's order; none while the page loads. */
  findAll(part: Part): Promise<readonly FoundPart[]>;
  /** Waits until the first such part's text matches; `null`: until there is none. */
  shows(part: Part, text: RegExp | null): Promise<void>;
  /** Where it is, with query and fragment; another site's whole address. */
  path(): Promise<string>;
  /** Waits until it is there. */
  isAt(path: string | RegExp): Promise<void>;
  /** The page's HTML as it is now. */
  html(): Promise<string>;
}

export function shopPage(tab: Tab, origin: string): ShopPage {
  async function findAll([kind, name]: Part, isToBePressed = false): Promise<readonly FoundPart[]> {
    const parts = await tab.evaluate(expression(findInPage, { kind, name, isToBePressed }));
    return z.array(found).parse(parts);
  }
  async function path(): Promise<string> {
    const address = await tab.address();
    return address.startsWith(origin) ? address.slice(origin.length) : address;
  }
  async function first(part: Part): Promise<FoundPart> {
    let there: FoundPart | undefined;
    await until(`${part.join(" ")} on ${await path()}`, async () => {
      [there] = await findAll(part, true);
      return there ? true : "nothing";
    });
    return there ?? { text: "", value: "", hasFocus: false, x: 0, y: 0 };
  }
  async function press(part: Part, times = 1): Promise<void> {
    const { x, y } = await first(part);
    await tab.click(x, y, times);
  }
  return {
    tab,
    path,
    press,
    findAll: (part) => findAll(part),
    open: (to) => tab.open(origin + to),
    async fill(field, text) {
      await press(["field", field]);
      await tab.evaluate("document.activeElement.select()");
      await tab.type(text);
    },
    shows: (part, text) =>
      until(`${part.join(" ")} to be ${text}`, async () => {
        const [there] = await findAll(part);
        const isRight = text ? there && text.test(there.text) : !there;
        return isRight || (there ? JSON.stringify(there.text) : `nothing on ${await path()}`);
      }),
    isAt: (to) =>
      until(`the address ${to}`, async () => {
        const at = await path();
        return (typeof to === "string" ? at === to : to.test(at)) || at;
      }),
    html: async () => z.string().parse(await tab.evaluate("document.documentElement.outerHTML")),
  };
}

/**
 * Waits until the condition is true. Throws an error that says what it was last, in the condition's own words; a page that is
 * just replaced by another has no answer, and is asked again.
 */
export async function until(what: string, condition: () => Promise<true | string>): Promise<void> {
  const endsAtMs = Date.now() + WAIT_MS;
  for (;;) {
    const seen = await condition().catch((error: unknown) => String(error).split("\n", 1)[0] ?? "");
    if (seen === true) return;
    if (Date.now() > endsAtMs) throw new Error(`waited for ${what}; there was ${seen}`);
    await pause(EVERY_MS);
  }
}

/** A function that knows nothing but its argument, called in the page. The name is a helper that esbuild calls in it. */
export function expression<Given>(work: (given: Given) => unknown, given: Given): string {
  return `((__name) => (${work})(${JSON.stringify(given)}))((work) => work)`;
}

interface Wanted {
  readonly kind: PartKind;
  readonly name: string;
  readonly isToBePressed: boolean;
}

function findInPage({ kind, name, isToBePressed }: Wanted): FoundPart[] {
  if (document.readyState !== "complete") return [];
  const selectors = {
    ...{ button: "button", link: "a", field: "input, select", heading: "h1, h2", alert: "[role=alert]" },
    testid: `[data-testid="${name}"]`,
  };
  // biome-ignore lint/performance/useDomNodeTextContent: as it is shown.
  const shown = ({ innerText }: HTMLElement) => innerText.trim().replace(/\s+/g, " ");
  const parts: FoundPart[] = [];
  for (const element of document.querySelectorAll<HTMLElement>(selectors[kind])) {
    const labels = element instanceof HTMLInputElement ? Array.from(element.labels ?? []) : [];
    const words = element.ariaLabel || labels.map(shown).join(" ") || shown(element);
    if (kind !== "testid" && !words.startsWith(name)) continue;
    if (!element.checkVisibility()) continue;
    if (isToBePressed) element.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y, width, height } = element.getBoundingClientRect();
    parts.push({
      text: shown(element),
      value: element instanceof HTMLInputElement ? element.value : "",
      hasFocus: element === document.activeElement,
      x: Math.round(x + width / 2),
      y: Math.round(y + height / 2),
    });
    if (isToBePressed) break;
  }
  return parts;
}
