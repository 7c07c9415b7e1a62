import type { OpenIdSite } from "./openid-site";

/** A browser's part in a sign-in, step by step: no redirect is followed unasked, so that a test can stand in between. */
export interface OpenIdVisitor {
  /** What it sends to the app as `Cookie`, empty without one. */
  cookie: string;
  /** What the provider has asked so far: `login`, `consent`. */
  readonly prompts: readonly string[];
  /** A path of the app, or a whole address. */
  get(address: string): Promise<Response>;
  submit(address: string, fields?: Readonly<Record<string, string>>): Promise<Response>;
  /** Begins a sign-in at the app. @returns the provider's page that the app leads to */
  begin(next?: string): Promise<string>;
  /**
   * Goes through the provider's pages, signing in by this name and agreeing; a name of `null` cancels. Where the
   * provider knows the browser, it asks nothing.
   *
   * @returns the callback that the provider leads to, which has not been asked for
   */
  passProvider(address: string, name: string | null): Promise<string>;
  /** `begin` and `passProvider`. */
  callbackOf(name: string | null, next?: string): Promise<string>;
  /** What the app knows: GET `/api/session`. */
  session(): Promise<{
    readonly user: { readonly id: string; readonly name: string } | null;
    readonly pears: number;
  }>;
}

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly value: string;
}

// The provider's pages are few: more steps than this are a circle.
const MAX_STEPS = 12;

export function createOpenIdVisitor(site: Pick<OpenIdSite, "url">): OpenIdVisitor {
  const jar = new Map<string, Cookie>();
  const prompts: string[] = [];
  const ours = () => [...jar].filter(([, { host }]) => host === new URL(site.url).host);

  async function send(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, site.url);
    const sent = [...jar].filter(([, { host, path }]) => host === url.host && url.pathname.startsWith(path));
    const headers = new Headers(init.headers);
    if (sent.length > 0)
      headers.set("cookie", sent.map(([key, { value }]) => `${nameIn(key)}=${value}`).join("; "));
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) keep(url.host, line);
    return response;
  }

  function keep(host: string, line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const [, path = "/"] = /; path=([^;]*)/i.exec(line) ?? [];
    const key = `${host} ${path} ${name}`;
    if (value === "") jar.delete(key);
    else jar.set(key, { host, path, value });
  }

  const visitor: OpenIdVisitor = {
    prompts,
    get cookie() {
      return ours()
        .map(([key, { value }]) => `${nameIn(key)}=${value}`)
        .join("; ");
    },
    set cookie(pair) {
      for (const [key] of ours()) jar.delete(key);
      if (pair) keep(new URL(site.url).host, pair);
    },
    get: (address) => send(address),
    submit: (address, fields = {}) => send(address, { method: "POST", body: new URLSearchParams(fields) }),
    begin: async (next) => locationOf(await visitor.submit("/api/sign-in", next ? { next } : {}), site.url),
    async passProvider(address, name) {
      let response = await send(address);
      let at = address;
      for (let step = 0; step < MAX_STEPS; step++) {
        if (response.status >= 300 && response.status < 400) {
          at = locationOf(response, at);
          if (at.startsWith(site.url)) return at;
          response = await send(at);
          continue;
        }
        const page = await response.text();
        const [, prompt = "none"] = /name="prompt" value="(\w+)"/.exec(page) ?? [];
        const [, action] = /<form [^>]*action="([^"]+)"/.exec(page) ?? [];
        const [, abort] = /href="([^"]+\/abort)"/.exec(page) ?? [];
        if (!action || !abort) throw new Error(`Not a page of the provider's: ${response.status} ${page}`);
        prompts.push(prompt);
        const login = prompt === "login" && { login: name ?? "", password: "any" };
        response = name === null ? await send(abort) : await visitor.submit(action, { prompt, ...login });
      }
      throw new Error(`The provider leads in a circle: ${at}`);
    },
    callbackOf: async (name, next) => visitor.passProvider(await visitor.begin(next), name),
    session: async () => (await send("/api/session")).json(),
  };
  return visitor;
}

function nameIn(key: string): string {
  return key.slice(key.lastIndexOf(" ") + 1);
}

/** Where an answer leads to. @throws Error if it leads nowhere */
export function locationOf(response: Response, from: string): string {
  const location = response.headers.get("location");
  if (!location) throw new Error(`No Location in an answer with status ${response.status}.`);
  return new URL(location, from).href;
}
