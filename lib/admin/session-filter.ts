import type { SessionFilter } from "@carryover/session/next";
import { z } from "zod/mini";
import { userName } from "@/lib/account/account";
import { accountsOf } from "@/lib/account/redis-account-store";
import { filledIn, idleSeconds, integer } from "@/lib/fields";
import type { ShopContext } from "@/lib/session";

const MONTH_SECONDS = 30 * 86_400;

/** The conditions that an operator may set, in a query or a form; one that is empty is none. */
export const filterFields = z.object({
  /** The user name of an account. */
  user: filledIn(userName),
  kind: filledIn(z.enum(["users", "visitors"])),
  /** The server that made the last change. */
  server: filledIn(z.string().check(z.regex(/^[a-z0-9-]{1,32}$/))),
  /** A part of what the browser and the system are called. */
  device: filledIn(z.string().check(z.trim(), z.minLength(1), z.maxLength(80))),
  /** The session began so many seconds ago, or longer. */
  olderThan: filledIn(integer(1, MONTH_SECONDS)),
  /** Nobody has used it for so many seconds. */
  idleFor: filledIn(idleSeconds),
});

export type FilterFields = z.infer<typeof filterFields>;

/** A page of what meets the conditions. */
export const pageFields = z.object({
  ...filterFields.shape,
  cursor: filledIn(z.string().check(z.maxLength(200))),
});

export type PageFields = z.infer<typeof pageFields>;

export function isFiltered(fields: FilterFields): boolean {
  return Object.values(fields).some((each) => each !== undefined);
}

/** The fields as a query, without those that are empty. */
export function filterQuery(fields: PageFields): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, String(value));
  return query;
}

/**
 * The sessions that are meant. One request to Redis for a user's name.
 *
 * @param nowMs epoch milliseconds by Redis' time
 * @returns `null` for a user who has no account: no session meets that
 */
export async function sessionFilterOf(
  context: Pick<ShopContext, "redis" | "keys">,
  { user, kind, server, device, olderThan, idleFor }: FilterFields,
  nowMs: number,
): Promise<SessionFilter | null> {
  const account = user === undefined ? undefined : await accountsOf(context).find(user);
  if (account === null) return null;
  return {
    userId: account?.id,
    signedIn: kind && kind === "users",
    server,
    device,
    startedBefore: olderThan === undefined ? undefined : new Date(nowMs - olderThan * 1000),
    idleFor,
  };
}
