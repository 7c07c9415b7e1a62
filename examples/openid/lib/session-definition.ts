import { defineSession } from "@carryover/session";
import { z } from "zod/mini";

/** A sign-in that is under way at the provider. It stays on the server: the browser gets `state` and `nonce` to pass on. */
const pendingSignIn = z.looseObject({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** The page to go to afterwards. */
  next: z.string(),
  /** The request that exchanges the code, once, whatever comes of it; empty while no callback has come. */
  takenBy: z.string(),
});

export type PendingSignIn = z.infer<typeof pendingSignIn>;

/** One for each tab in which somebody has begun to sign in; the oldest is forgotten. */
export const MAX_PENDING = 3;

export const session = defineSession({
  version: 1,
  schema: z.looseObject({
    pears: z.int().check(z.minimum(0)),
    pending: z.array(pendingSignIn).check(z.maxLength(MAX_PENDING)),
  }),
  initial: () => ({ pears: 0, pending: [] }),
  migrations: {},
  onSignIn: ({ data }) => ({ ...data, pending: [] }),
  pages: { signIn: "/login", protected: ["/account"] },
});
