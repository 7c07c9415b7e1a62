import { scryptSync } from "node:crypto";
import type { User } from "@carryover/session";
import { sessionCookie } from "@carryover/session/internal/cookie/cookie";
import { parseSessionId, type SessionId, sessionHandle } from "@carryover/session/internal/session-id";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { expect } from "vitest";
import { z } from "zod";
import { createUserId } from "@/lib/account/account";
import { live, sessionInit, signedInSession } from "@/lib/test-session";
import type { AppServer } from "../support/app-server";
import { liveSessionsOf } from "../support/kept-keys";
import { createServer } from "../support/server";

export const password = "correct horse battery";

// A very cheap hash: the password is not the point here.
const salt = Buffer.alloc(16, 1);
const key = scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 });
const passwordHash = ["scrypt", 16, 8, 1, salt.toString("base64url"), key.toString("base64url")].join("$");

/** An account of its own for a trial. */
export async function createAccount({ direct }: TestEnv): Promise<User> {
  const name = `user-${crypto.randomUUID().slice(0, 8)}`;
  const user = { id: createUserId(), name };
  await direct.set(`account:${name}`, JSON.stringify({ ...user, passwordHash, createdAt: Date.now() }));
  return user;
}

let marker = 0;

interface Shopper {
  readonly test: TestEnv;
  readonly server: AppServer;
  /** `null`: a visitor. */
  readonly user: User | null;
}

/** A browser with a cart that no other has: so many totes. */
export async function createShopper({ test, server, user }: Shopper) {
  marker = (marker % 999) + 1;
  const totes = marker;
  const browser = createVisitor();
  if (user) {
    const draft = signedInSession(user, null, sessionInit);
    const { id } = live(await createServer("b", test.env).store().create(draft));
    const cookie = await sessionCookie.sealed(id, { env: test.env, secure: false, leftMs: 3_600_000 });
    browser.cookie = `${cookie.name}=${cookie.value}`;
  }
  const added = await browser.post(server.cartAdd, { sku: "tote", quantity: totes });
  expect(added.status).toBe(200);
  return { browser, totes };
}

const stored = z.looseObject({
  user: z.object({ id: z.string() }).nullable(),
  cart: z.object({ lines: z.array(z.object({ quantity: z.number() })) }),
});

/** Every live session with this cart, reachable or not. */
async function sessionsWith({ direct }: TestEnv, totes: number) {
  const found: { id: SessionId; userId: string | undefined }[] = [];
  for (const key of await liveSessionsOf(direct, "")) {
    // Trials run side by side: another's session may have ended since.
    const { data } = stored.safeParse(JSON.parse((await direct.get(key)) ?? "{}"));
    const id = parseSessionId(key.slice(-43));
    if (id && data?.cart.lines[0]?.quantity === totes) found.push({ id, userId: data.user?.id });
  }
  return found;
}

interface Question {
  readonly test: TestEnv;
  readonly server: AppServer;
  readonly browser: TestVisitor;
  readonly totes: number;
}

/** How many sessions with this cart the browser holds, how many more are on their user's list, and how many on none. */
export async function reachOf({ test, server, browser, totes }: Question) {
  const { session } = await (await browser.get(server.session, "/api/session?peek=1")).json();
  const reach = { held: 0, listed: 0, unknown: 0 };
  for (const { id, userId } of await sessionsWith(test, totes)) {
    const rank = userId === undefined ? null : await test.direct.zScore(`user-sessions:${userId}`, id);
    if ((await sessionHandle(id)) === session?.handle) reach.held++;
    else if (rank !== null) reach.listed++;
    else reach.unknown++;
  }
  return reach;
}
