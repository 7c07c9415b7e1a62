import type { Page } from "@playwright/test";

/** What does not fit on the page as it is shown now: sideways scrolling, cut-off text, things on top of each other. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Thing {
      readonly element: Element;
      readonly box: DOMRect;
      readonly text: string;
    }
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      faults.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);

    const chainOf = (element: Element | null): Element[] =>
      element ? [element, ...chainOf(element.parentElement)] : [];
    /** Meant for screen readers alone: a box of a pixel, wherever in the chain it stands. */
    const isShown = (element: Element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      chainOf(element).every((each) => {
        const { width, height } = each.getBoundingClientRect();
        return getComputedStyle(each).position !== "absolute" || width > 1 || height > 1;
      });
    const layerOf = (element: Element) =>
      chainOf(element).find((each) => /sticky|fixed/.test(getComputedStyle(each).position));
    const quoted = (text: string) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 40));

    const texts: Thing[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { parentElement: element, nodeValue } = node;
      if (!element || !nodeValue?.trim() || !isShown(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) texts.push({ element, box, text: quoted(nodeValue) });
    }

    for (const { element, box, text } of texts) {
      const frames = chainOf(element).filter(
        (each) => getComputedStyle(each).overflowX !== "visible" || each.matches("button, a"),
      );
      for (const frame of frames) {
        const { overflowX, display } = getComputedStyle(frame);
        // What can be scrolled is not cut off; a link in the middle of a text has no frame of its own.
        if (/auto|scroll/.test(overflowX) || display === "inline") break;
        const { left, right } = frame.getBoundingClientRect();
        if (box.left < left - 1 || box.right > right + 1) faults.push(`${text} is cut off`);
      }
    }

    const controls: Thing[] = [
      ...document.querySelectorAll("a[href], button, input, select, textarea, summary"),
    ]
      .filter((element) => isShown(element))
      .flatMap((element) =>
        [...element.getClientRects()].map((box) => ({
          element,
          box,
          text: quoted(element.getAttribute("aria-label") || element.textContent || element.tagName),
        })),
      );
    // Of a line the band where the letters are: lines may stand close, and their boxes then share a few pixels.
    const bands = texts.map((text) => ({
      ...text,
      box: new DOMRect(
        text.box.x + 1,
        text.box.y + text.box.height * 0.3,
        text.box.width - 2,
        text.box.height * 0.4,
      ),
    }));
    const meet = (one: DOMRect, other: DOMRect) =>
      Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
    const things = [...controls, ...bands];
    things.forEach((one, at) => {
      for (const other of things.slice(at + 1)) {
        if (!meet(one.box, other.box)) continue;
        // What stays in sight while the page scrolls below it is meant to cover something.
        if (layerOf(one.element) !== layerOf(other.element)) continue;
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        faults.push(`${one.text} and ${other.text} are on top of each other`);
      }
    });
    return [...new Set(faults)];
  });
}
