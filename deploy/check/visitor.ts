import assert from "node:assert/strict";

export type Answer = { status: number; headers: Headers; text: string };

/** A browser without a screen: it keeps cookies, and follows no redirect by itself. */
export type Visitor = {
  readonly cookies: ReadonlyMap<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a form, as a page of the site does. */
  send(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
};

/** What a visitor asks by: `fetch`, or something like it. */
export type Ask = (url: string, init: AskInit) => Promise<Response>;
type AskInit = Omit<RequestInit, "headers"> & { headers: Record<string, string> };

export function newVisitor(origin: string, askBy: Ask = fetch): Visitor {
  const cookies = new Map<string, string>();

  async function ask(path: string, init: AskInit): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(cookie && { cookie }), ...init.headers };
    const response = await askBy(origin + path, { redirect: "manual", ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  return {
    cookies,
    get: (path, headers = {}) => ask(path, { headers }),
    send: (path, fields = {}, headers = {}) =>
      ask(path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "sec-fetch-site": "same-origin", ...headers },
      }),
  };
}

/** A visitor who is signed in as a guest. */
export async function guestAt(origin: string): Promise<Visitor> {
  const visitor = newVisitor(origin);
  assert.equal((await visitor.send("/api/guest")).status, 303);
  return visitor;
}
