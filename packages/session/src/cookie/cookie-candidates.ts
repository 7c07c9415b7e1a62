/** More cookies of our name than this are an attack on our patience. */
const MAX_CANDIDATES = 4;

/**
 * Every value of the cookies of this name in a `Cookie` header, in order, unquoted and undecoded: a seal needs no
 * decoding, so a stray `%` cannot throw. A parent domain or another path may have planted a second one of our name
 * (RFC 6265 4.2.2: servers should not rely on the order). An empty value is no cookie: a log-out leaves one behind.
 */
export function cookieCandidates(cookieHeader: string | null, name: string): string[] {
  const values = (cookieHeader ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    const value = trimmed(pair.slice(at + 1));
    return at > 0 && value !== "" && trimmed(pair.slice(0, at)) === name ? [value] : [];
  });
  return values.slice(0, MAX_CANDIDATES);
}

/**
 * Without the spaces and tabs around it (RFC 6265bis, 5.6). `trim()` takes away more: with a no-break space before it, a
 * `__Host-` name is none for the browser, which lets any host or path set it, and would be ours.
 */
function trimmed(text: string): string {
  const isBlank = (at: number) => text[at] === " " || text[at] === "\t";
  let [from, to] = [0, text.length];
  while (from < to && isBlank(from)) from++;
  while (to > from && isBlank(to - 1)) to--;
  return text.slice(from, to);
}
