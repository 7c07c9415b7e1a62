import assert from "node:assert/strict";
import { guestAt, newVisitor } from "@/deploy/check/visitor";

/** Something a visitor does again and again. */
export type Scenario = {
  readonly says: string;
  /** Gets ready, and returns what is to be timed. */
  readonly begin: (origin: string) => Promise<() => Promise<void>>;
};

/** From none to four requests to Redis, one after the other. */
export const scenarios: readonly Scenario[] = [
  {
    says: "a page, not signed in",
    async begin(origin) {
      const visitor = newVisitor(origin);
      return async () => assert.equal((await visitor.get("/")).status, 200);
    },
  },
  {
    says: "a page, signed in",
    async begin(origin) {
      const visitor = await guestAt(origin);
      return async () => assert.equal((await visitor.get("/cart")).status, 200);
    },
  },
  {
    says: "add to cart",
    async begin(origin) {
      const visitor = await guestAt(origin);
      return async () => assert.equal((await visitor.send("/api/cart/add", { sku: "tote" })).status, 303);
    },
  },
  {
    says: "register, and be signed in",
    async begin(origin) {
      const prefix = `far-${Date.now().toString(36)}`;
      let accounts = 0;
      return async () => {
        accounts += 1;
        const account = { username: `${prefix}-${accounts}`, password: "correct horse battery" };
        const { status, headers, text } = await newVisitor(origin).send("/api/register", account);
        assert.equal(headers.get("location"), "/profile", `${status} ${text.slice(0, 200)}`);
      };
    },
  },
];
