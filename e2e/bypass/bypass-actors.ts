import { expect } from "@playwright/test";
import { z } from "zod";
import { PASSWORD } from "../support/fixtures";
import { setRole } from "../support/operators";

/** Whose session is to stay theirs, and who else comes along. */
export interface BypassActors {
  /** The `Cookie` of the one whose session it is. */
  readonly owner: string;
  /** What only the owner's answers may hold. */
  readonly canaries: readonly string[];
  /** The cookies of the others: without one, with a session of their own, with the owner's seal but for one bit. */
  readonly others: Readonly<Record<"nobody" | "stranger" | "forger", string | null>>;
  /** How the owner's session is kept, but for the time that runs. */
  ownersSession(): Promise<unknown>;
}

const view = z.object({
  session: z.looseObject({
    handle: z.string(),
    user: z.object({ id: z.string(), name: z.string() }),
    cart: z.looseObject({ totalCents: z.number() }),
    ttlSeconds: z.number(),
  }),
});

let owners = 0;

export async function actorsFor(origin: string): Promise<BypassActors> {
  const username = `canary-${Date.now().toString(36)}-${++owners}`;
  const displayName = `Canary ${crypto.randomUUID()}`;
  const registered = await post(origin, "/api/register", { username, password: PASSWORD });
  const owner = cookieOf(registered);
  await setRole(username, "operator");
  await post(origin, "/api/profile", { displayName }, owner);
  await post(origin, "/api/cart/add", { sku: "tote", quantity: 739 }, owner);
  const read = async () => {
    const response = await fetch(`${origin}/api/session?peek=1`, { headers: { cookie: owner } });
    return view.parse(await response.json()).session;
  };
  const { user, handle, cart } = await read();
  const seal = owner.slice(owner.indexOf("=") + 1);
  return {
    owner,
    canaries: [displayName, username, user.id, handle, String(cart.totalCents), '"quantity":739', seal],
    others: {
      nobody: null,
      stranger: cookieOf(await post(origin, "/api/guest", {})),
      forger: owner.replace(/.(.{40})$/, (end, rest) => (end.startsWith("A") ? "B" : "A") + rest),
    },
    async ownersSession() {
      const { ttlSeconds: _, ...kept } = await read();
      return kept;
    },
  };
}

async function post(origin: string, path: string, fields: object, cookie = ""): Promise<Response> {
  const headers = { "content-type": "application/json", cookie };
  const response = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(fields) });
  expect(response.ok, path).toBe(true);
  return response;
}

function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}
