import { Audit } from "../audit/audit.ts";
import { readEnv } from "../env.ts";
import { sessionHandle } from "../session-id.ts";
import { type ListedSession, listedSession } from "./listed-session.ts";
import { type SessionSetup, storeOf } from "./request-context.ts";

/** Who does it, for the audit log: a name or an ID of the app's. */
export interface AdminOptions {
  readonly by: string;
}

/** Sessions from outside any request: for back offices and jobs. Each call has a deadline of its own. */
export function createAdmin<D>(setup: SessionSetup<D>) {
  const open = (by?: string) => {
    const env = readEnv();
    return storeOf(setup, env, new Audit(new Headers(), env, { by, events: setup.events })).sessions;
  };
  return {
    /** The live sessions of a user, newest first. Two requests to Redis. @throws StoreUnavailable */
    async list({ userId }: { readonly userId: string }): Promise<ListedSession[]> {
      return Promise.all((await open().list(userId)).map(listedSession));
    },

    /** Ends one session of a user. @returns whether this call ended it; `false` for a handle that is none of theirs. @throws StoreUnavailable */
    async revoke(
      { userId, handle }: { readonly userId: string; readonly handle: string },
      { by }: AdminOptions,
    ): Promise<boolean> {
      const sessions = open(by);
      for (const { id } of await sessions.list(userId))
        if ((await sessionHandle(id)) === handle) return (await sessions.endAll(userId, [id])) > 0;
      return false;
    },

    /**
     * Ends all sessions of a user, also one that is about to begin; for a minute none begins. Three requests to Redis.
     *
     * @returns how many this call ended
     * @throws StoreUnavailable
     */
    async revokeAll(userId: string, { by }: AdminOptions): Promise<number> {
      return (await open(by).endUser(userId, "revoked")).length;
    },
  };
}
