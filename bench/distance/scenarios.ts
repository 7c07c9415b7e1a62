import assert from "node:assert/strict";
import { guestAt, newVisitor, type Visitor } from "@/deploy/check/visitor";

/** Something a visitor does again and again. */
export interface Scenario {
  readonly says: string;
  /** Of the time that it waits for Redis at the earlier commit, the share that it may wait for today. */
  readonly atMost?: number;
  /** Gets ready, and returns what gets ready for one time more, and returns what is to be timed. */
  readonly begin: (origin: string) => Promise<() => Promise<() => Promise<void>>>;
}

export const scenarios: readonly Scenario[] = [
  {
    says: "a page, signed in",
    async begin(origin) {
      const visitor = await guestAt(origin);
      return async () => async () => assert.equal((await visitor.get("/cart")).status, 200);
    },
  },
  {
    says: "add to cart",
    atMost: 0.55,
    async begin(origin) {
      const visitor = await guestAt(origin);
      return async () => () => addToCart(visitor);
    },
  },
  {
    says: "log in",
    begin: logInAfter(async () => {}),
  },
  {
    says: "log in, with a visitor's cart",
    atMost: 0.45,
    begin: logInAfter(addToCart),
  },
  {
    says: "register",
    atMost: 0.55,
    async begin(origin) {
      return async () => {
        const [visitor, account] = [newVisitor(origin), newAccount()];
        return () => signIn(visitor, "/api/register", account);
      };
    },
  },
];

async function addToCart(visitor: Visitor): Promise<void> {
  const { status, headers, text } = await visitor.send("/api/cart/add", { sku: "tote", next: "/cart" });
  // A refused form is a redirect, too.
  assert.equal(headers.get("location"), "/cart", `${status} ${text.slice(0, 200)}`);
}

/** A new visitor each time, of one account. Each logs out again: beyond 25 sessions a log-in has to end the oldest, too. */
function logInAfter(before: (visitor: Visitor) => Promise<void>): Scenario["begin"] {
  return async (origin) => {
    const account = newAccount();
    let visitor = newVisitor(origin);
    await signIn(visitor, "/api/register", account);
    return async () => {
      const { headers } = await visitor.send("/api/logout");
      assert.equal(headers.get("location"), "/");
      visitor = newVisitor(origin);
      await before(visitor);
      return () => signIn(visitor, "/api/login", account);
    };
  };
}

const prefix = `far-${Date.now().toString(36)}`;
let accounts = 0;

function newAccount() {
  accounts += 1;
  return { username: `${prefix}-${accounts}`, password: "correct horse battery" };
}

async function signIn(
  visitor: Visitor,
  path: "/api/login" | "/api/register",
  account: Record<string, string>,
): Promise<void> {
  const { status, headers, text } = await visitor.send(path, account);
  assert.equal(headers.get("location"), "/profile", `${status} ${text.slice(0, 200)}`);
}
