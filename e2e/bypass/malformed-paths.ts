/** Other ways to write the path of a route, for a guard that compares text and a router that does not. */
export function malformedPaths(path: string, buildId: string): readonly string[] {
  const name = path.slice(1);
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  const first = name && hex(name.charAt(0)) + name.slice(1);
  const wide = encodeURIComponent(
    name.replaceAll(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  );
  const written = [
    ...["/", "//", "/.", "/..;/", "/index", "/page", "/route", "/__PAGE__", "/x/.."].map((end) => path + end),
    ...[".", "..", "%00", "%20", "%09", "%0d%0a", "%2f", "%5c", "%2e", "%3f", "%23", ";a=b", "~", ":"].map(
      (end) => path + end,
    ),
    ...[".rsc", ".txt", ".html", ".json", ".segments/_tree.segment.rsc", ".segment.rsc", ".prefetch.rsc"].map(
      (end) => path + end,
    ),
    ...[
      "/",
      "/.",
      "/x/..",
      "/%2e",
      "/x/%2e%2e",
      "/%2f",
      "/%5c",
      "/\\",
      "/.;",
      "/index",
      "/en",
      "/./.",
      "/_next/..",
    ].map((start) => start + path),
    ...["/_next/data/", "/_next/data/development/"].map((start) => `${start}${buildId}${path}.json`),
    `/_next/data/${buildId}${path}.rsc`,
    `/_next/static/..${path}`,
    `/_next/static/%2e%2e/%2e%2e${path}`,
    `/_next/image?url=${encodeURIComponent(path)}&w=640&q=75`,
    `/_next/image?url=${encodeURIComponent(`http://localhost${path}`)}&w=640&q=75`,
    ...["(.)", "(..)", "(...)", "@modal/", "(shop)/"].map((mark) => `/${mark}${name}`),
    `/${name.toUpperCase()}`,
    `/${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    `/${first}`,
    `/${first.replaceAll("%", "%25")}`,
    `/${Array.from(name, hex).join("")}`,
    `/${wide}`,
    `http://localhost${path}`,
    `http://evil.example${path}`,
    ...(name ? [name] : []),
  ];
  const queries = [
    ...["_rsc=1", "__nextDataReq=1", "__nextLocale=en", "__nextDefaultLocale=en", "__flight__=1", "amp=1"],
    ...["nxtPslug=profile", "nxtPpath=/profile", "nxtIpath=/profile", "__nextppronly=1", "__nextPpr=1"],
    ...[
      `x-matched-path=${path}`,
      `x-invoke-path=${path}`,
      `x-now-route-matches=1=${path}`,
      "dpl=1",
      "_method=GET",
    ],
    ...[
      "_method=DELETE",
      "_method=POST",
      "__proto__[user]=x",
      "user=admin",
      "peek=%zz",
      "next=//evil.example",
    ],
  ];
  return [...new Set([...written, ...queries.map((query) => `${path}?${query}`)])];
}
