const BASE = "http://same-site.invalid";

/**
 * The path, query and fragment in this text when it leads to a page of this site, else `null`. Browsers read `//host`,
 * `/\host` and paths with tabs or line breaks as other sites (WHATWG URL); whatever the URL parser takes elsewhere, or
 * changes on the way, is refused.
 */
export function parseSameSitePath(text: unknown): string | null {
  if (typeof text !== "string" || text.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return null;
  if (text.includes("\\") || !URL.canParse(text, BASE)) return null;
  const url = new URL(text, BASE);
  // `/.//host` becomes `//host` in the parser.
  if (url.origin !== BASE || url.pathname.startsWith("//")) return null;
  return url.pathname + url.search + url.hash;
}
