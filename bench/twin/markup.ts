/** A piece of a page: an element, or text. */
export type Markup = MarkupElement | string;

export interface MarkupElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Markup[];
}

/** What never has children: https://html.spec.whatwg.org/#void-elements. */
const VOID = new Set(["br", "hr", "img", "input", "link", "meta"]);

/** Reads HTML as React writes it: every element is closed, every value quoted. Scripts and comments are left out. */
export function parseMarkup(html: string): Markup[] {
  const withoutScripts = html.replaceAll(/<script[^>]*>.*?<\/script>/gs, "");
  const root: Markup[] = [];
  const open: { readonly tag: string; readonly children: Markup[] }[] = [];
  const siblings = () => open.at(-1)?.children ?? root;
  for (const [token] of withoutScripts.matchAll(/<!--.*?-->|<[^>]+>|[^<]+/gs)) {
    if (token.startsWith("<!--")) continue;
    if (!token.startsWith("<")) siblings().push(textOf(token));
    else if (token.startsWith("</")) {
      const tag = token.slice("</".length, -1);
      const closed = open.pop();
      if (closed?.tag !== tag) throw new Error(`</${tag}> closes <${closed?.tag}>.`);
    } else {
      const tag = /^<([\w-]+)/.exec(token)?.[1] ?? "";
      const children: Markup[] = [];
      siblings().push({ tag, attributes: attributesOf(token), children });
      if (!VOID.has(tag) && !token.endsWith("/>")) open.push({ tag, children });
    }
  }
  return root;
}

function attributesOf(startTag: string): Record<string, string> {
  const pairs = startTag.matchAll(/\s([\w:-]+)="([^"]*)"/g);
  return Object.fromEntries([...pairs].map(([, name = "", value = ""]) => [name, textOf(value)]));
}

/** The references that React writes. */
const REFERENCES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#x27": "'", amp: "&" };

function textOf(html: string): string {
  return html.replaceAll(/&(lt|gt|quot|#x27|amp);/g, (_, name: string) => REFERENCES[name] ?? "");
}
