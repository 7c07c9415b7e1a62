// The language of routes in a Build Output's config.json: https://vercel.com/docs/build-output-api/configuration#routes

const KNOWN = new Set([
  ...["src", "dest", "headers", "status", "continue", "check", "has", "missing", "override", "important"],
  ...["middlewarePath", "middlewareRawSrc", "handle", "caseSensitive", "methods"],
]);

/** The routes by the phase they stand in. Throws on anything that we would get wrong in silence. */
export function readPhases(routes) {
  const phases = { start: [], filesystem: [], resource: [], miss: [], rewrite: [], hit: [], error: [] };
  let phase = phases.start;
  for (const route of routes) {
    const unknown = Object.keys(route).find((key) => !KNOWN.has(key));
    if (unknown)
      throw new Error(`The output has a route with "${unknown}", which this router does not know.`);
    if (!route.handle) phase.push(route);
    else if (phases[route.handle]) phase = phases[route.handle];
    else throw new Error(`The output has a phase "${route.handle}", which this router does not know.`);
  }
  return phases;
}

/** What a route does to this request: its headers and its new path, groups filled in; undefined where it does not apply. */
export function matchRoute(route, { path, requestHeaders }, url, method) {
  if (route.methods && !route.methods.includes(method)) return undefined;
  const found = new RegExp(`^${route.src.replace(/^\^/, "").replace(/\$$/, "")}$`).exec(path);
  if (!found) return undefined;
  const groups = { ...found.groups };
  found.forEach((text, index) => {
    groups[index] = text ?? "";
  });
  const holds = (condition) => {
    const value =
      condition.type === "header"
        ? requestHeaders[condition.key.toLowerCase()]
        : url.searchParams.get(condition.key);
    if (value === undefined || value === null) return false;
    if (condition.value === undefined) return true;
    const inner = new RegExp(`^${condition.value}$`).exec(value);
    Object.assign(groups, inner?.groups);
    return inner !== null;
  };
  if (route.has && !route.has.every(holds)) return undefined;
  if (route.missing?.some(holds)) return undefined;
  const fill = (text) => text.replaceAll(/\$(\w+)/g, (_, name) => groups[name] ?? "");
  const headers = Object.entries(route.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    fill(value),
  ]);
  return { headers: Object.fromEntries(headers), path: route.dest && fill(route.dest) };
}
