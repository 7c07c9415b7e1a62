import { sessionCookie } from "../cookie/cookie.ts";
import { type CurrentSession, snapshotOf } from "../session-snapshot.ts";
import type { SessionContext } from "./request-context.ts";

/** A session as it lies on both sides, to show to its owner: no character of its ID or of its seal. */
export interface InspectedSession<D> {
  /** `none`: the browser carries no seal of ours. */
  readonly state: "none" | "live" | "absent" | "ended";
  readonly cookie: InspectedCookie | null;
  readonly stored: StoredText | null;
  readonly current: CurrentSession<D> | null;
}

interface InspectedCookie {
  readonly name: string;
  /** As they stand in `Set-Cookie`. The `Max-Age` of a session that has ended is not known. */
  readonly attributes: readonly string[];
  /** Of the name and the value. */
  readonly bytes: number;
}

interface StoredText {
  /** With the ID masked. */
  readonly key: string;
  /** The JSON, exactly as it is kept. */
  readonly text: string;
}

/** Leaves the idle timeout alone. One request to Redis with a seal of ours, else none. @throws StoreUnavailable */
export async function inspectSession<D>(context: SessionContext<D>): Promise<InspectedSession<D>> {
  const id = await context.sessionId();
  if (!id) return { state: "none", cookie: null, stored: null, current: null };
  const found = await context.sessions.inspect(id);
  const scope = { env: context.env, secure: context.site.secure };
  const name = sessionCookie.name(scope);
  const attributes = (maxAgeSeconds?: number) => sessionCookie.attributes(scope, maxAgeSeconds);
  const cookie = { name, bytes: name.length + 1 + (context.cookies[0]?.length ?? 0) };
  if (found.state !== "live") {
    const known = attributes();
    return { state: found.state, cookie: { ...cookie, attributes: known }, stored: null, current: null };
  }
  const { createdAt, expiresAt, remember = true } = found.session;
  const maxAgeSeconds = remember ? Math.round((expiresAt - createdAt) / 1000) : undefined;
  return {
    state: "live",
    cookie: { ...cookie, attributes: attributes(maxAgeSeconds) },
    stored: { key: context.keys.session(id).replace(id, "•".repeat(id.length)), text: found.text },
    current: await snapshotOf(found),
  };
}
