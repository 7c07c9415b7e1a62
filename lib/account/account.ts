import { z } from "zod/mini";

/** Someone who may sign in. Guests have no account. */
export interface Account {
  /** Random and lasting: the user's ID in sessions and indexes. */
  readonly id: string;
  /** The name to sign in with, in lower case. */
  readonly name: string;
  /** What `hashPassword` made; never in a log, an answer or a page. */
  readonly passwordHash: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Since when nobody signs in to it, in epoch milliseconds; without it, its owner may. */
  readonly disabledAt?: number;
  /** Grows by one where sign-ins that are under way become void: with a new password, and where it is disabled. Without it: 0. */
  readonly signInVersion?: number;
  /** What its owner may do besides shopping; one that this build does not know gives no right. Without it: nothing. */
  readonly role?: string;
}

export const roles = ["operator"] as const;
export type Role = (typeof roles)[number];

/** Where accounts are kept. Every operation may throw `StoreUnavailable`. */
export interface AccountStore {
  /** The account of this name, or `null`. */
  find(name: string): Promise<Account | null>;
  /** Keeps a new account. `false` when the name is taken; the account before stays as it was. */
  create(account: Account): Promise<boolean>;
  /** Changes the password of an account as it was found, and its version. `false` when it was changed or removed meanwhile. */
  changePassword(account: Account, passwordHash: string): Promise<boolean>;
  /**
   * Deletes an account as it was found. `true` when it is gone, whoever deleted it; one that has its name by now stays.
   * `false` when its password was changed meanwhile: it stays.
   */
  delete(account: Account): Promise<boolean>;
  /**
   * Disables the account of this name from `disabledAt` on (one that is disabled stays so since it was), or enables it with
   * `null`. The account as it is now; `null` when there is none.
   */
  setDisabled(name: string, disabledAt: number | null): Promise<Account | null>;
  /** Gives the account of this name a role, or takes it away with `null`. The account as it is now; `null` when there is none. */
  setRole(name: string, role: Role | null): Promise<Account | null>;
}

export const accountSchema: z.ZodMiniType<Account> = z.looseObject({
  id: z.string().check(z.minLength(1), z.maxLength(64)),
  name: z.string().check(z.minLength(1), z.maxLength(32)),
  passwordHash: z.string().check(z.minLength(1)),
  createdAt: z.int().check(z.minimum(0)),
  disabledAt: z.exactOptional(z.int().check(z.minimum(0))),
  signInVersion: z.exactOptional(z.int().check(z.minimum(0))),
  role: z.exactOptional(z.string()),
});

/** Guests are called so; nobody may register such a name. */
export const GUEST_PREFIX = "guest-";

// Checked before folding: the Kelvin sign, for one, would fold into a plain "k".
export const userName = z.pipe(
  z.string().check(z.regex(/^[A-Za-z0-9._-]{3,32}$/)),
  z.transform((name) => name.toLowerCase()),
);

/** Whether the operator has shut its owner out. */
export function isDisabled({ disabledAt }: Account): boolean {
  return disabledAt !== undefined;
}

/** Whether its owner operates the shop. */
export function isOperator(account: Account): boolean {
  return account.role === "operator" && !isDisabled(account);
}

/** What a sign-in to the account as it was found brings along: one that is older than the account begins no session. */
export function signInVersionOf({ signInVersion = 0 }: Account): number {
  return signInVersion;
}

export function createUserId(): string {
  return crypto.randomUUID();
}

export function isGuest({ name }: { readonly name: string }): boolean {
  return name.startsWith(GUEST_PREFIX);
}

/** A fresh random name for a guest. */
export function createGuestName(): string {
  return GUEST_PREFIX + crypto.randomUUID().slice(0, 8);
}
