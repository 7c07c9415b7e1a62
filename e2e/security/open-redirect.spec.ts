import { harmlessPaths, redirectTricks } from "@carryover/session/internal/testing/test-redirect-tricks";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "../support/fixtures";

const pageOf = (next: string) => `/login?${new URLSearchParams({ next })}`;
const go = { maxRedirects: 0 };

/** Where the three endpoints lead to that take a page to go on to: the form of the page, the form itself, the page once signed in. */
async function leadsTo(request: APIRequestContext, next: string): Promise<string[]> {
  const page = await (await request.get(pageOf(next), { ...go, headers: { cookie: "" } })).text();
  const hidden = [...page.matchAll(/name="next" value="([^"]*)"/g)].map(([, value = ""]) => value);
  expect(hidden, "the page that the form names").toHaveLength(1);
  const form = await request.post("/api/guest", { ...go, form: { next } });
  const signedIn = await request.get(pageOf(next), go);
  expect([form.status(), signedIn.status()]).toEqual([303, 307]);
  return [...hidden, form.headers().location ?? "", signedIn.headers().location ?? ""];
}

test("no endpoint redirects to another site: the sign-in ends as without the address", async ({
  playwright,
  baseURL,
}) => {
  test.setTimeout(180_000);
  for (const next of redirectTricks) {
    const request = await playwright.request.newContext({ baseURL: baseURL ?? "" });
    expect(new Set(await leadsTo(request, next)), JSON.stringify(next)).toEqual(new Set(["/profile"]));
    await request.dispose();
  }
});

test("a path that only looks like another site stays on this one", async ({ playwright, baseURL }) => {
  for (const next of harmlessPaths) {
    const request = await playwright.request.newContext({ baseURL: baseURL ?? "" });
    for (const path of await leadsTo(request, next)) {
      expect(path).toMatch(/^\/(?![/\\])/);
      expect(new URL(path, baseURL).origin, next).toBe(baseURL);
    }
    await request.dispose();
  }
});
