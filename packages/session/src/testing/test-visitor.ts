/** A route handler, as a module under `app/api` exports it. */
export type Handler = (request: Request) => Response | Promise<Response>;

export type Fields = Readonly<Record<string, unknown>>;

export const testSite = "http://localhost:3000";

/** For tests: a browser's part, one cookie, to and from route handlers. */
export interface TestVisitor {
  /** What it sends as `Cookie`; empty at first, and taken from `Set-Cookie` as a browser takes it. */
  cookie: string;
  get(handler: Handler, path?: string): Promise<Response>;
  /** Sends JSON. */
  post(handler: Handler, fields?: Fields, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Sends a form, as a browser does that has JavaScript switched off. */
  submit(
    handler: Handler,
    fields?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Sends anything. */
  send(handler: Handler, path: string, init: RequestInit): Promise<Response>;
}

export function createVisitor(cookie = ""): TestVisitor {
  const visitor: TestVisitor = {
    cookie,
    get: (handler, path = "/api/x") => visitor.send(handler, path, {}),
    post: (handler, fields = {}, headers = {}) =>
      visitor.send(handler, "/api/x", {
        method: "POST",
        body: JSON.stringify(fields),
        headers: { "content-type": "application/json", ...headers },
      }),
    submit: (handler, fields = {}, headers = {}) =>
      visitor.send(handler, "/api/x", {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { origin: testSite, ...headers },
      }),
    async send(handler, path, init) {
      const headers = new Headers({ host: "localhost:3000" });
      new Headers(init.headers).forEach((value, name) => {
        headers.set(name, value);
      });
      if (visitor.cookie) headers.set("cookie", visitor.cookie);
      const response = await handler(new Request(testSite + path, { ...init, headers }));
      const [line] = response.headers.getSetCookie();
      // An emptied cookie is sent, too, while it lives; tests take no longer.
      if (line) visitor.cookie = line.includes("Max-Age=0") ? "" : (line.split(";")[0] ?? "");
      return response;
    },
  };
  return visitor;
}

/** What a refusal says: its status and its code. */
export async function codeOf(response: Response): Promise<[status: number, code: unknown]> {
  return [response.status, (await response.json()).code];
}
