import { parseEnv } from "@carryover/session/internal/env";
import { type RequestDigest, requestDigest } from "@carryover/session/internal/idempotency";
import { successorOf } from "@carryover/session/internal/next/carried-session";
import { parseSessionId, type SessionId } from "@carryover/session/internal/session-id";
import { type NoSession, SessionBusy, StoreUnavailable } from "@carryover/session/internal/store";
import {
  anonymousSession,
  countView,
  type LiveSession,
  type Session,
  type SessionDraft,
  type SessionStore,
  setIdle,
  signedInSession,
} from "@/lib/test-session";
import { createServer, type Server } from "../support/server";
import { type Ask, type Reply, seenOf, toServer } from "./soak-protocol";

/** One server of the soak, a process of its own: it does what browsers ask for, and says what came of it. */

const sessionInit = { idleSeconds: 1800, servedBy: `soak-${process.pid}`, device: "a soak" };

function putMarker<S extends SessionDraft>(session: S, marker: string): S {
  const { lines } = session.data.cart;
  const line = lines.find(({ sku }) => sku === marker);
  const others = lines.filter((each) => each !== line);
  const quantity = (line?.quantity ?? 0) + 1;
  const cart = { ...session.data.cart, lines: [...others, { sku: marker, quantity }] };
  return { ...session, data: { ...session.data, cart } };
}

function draftOf({ owner, marker, what }: Ask): SessionDraft {
  const user = { id: owner, name: owner };
  const draft = what === "begin" ? anonymousSession(sessionInit) : signedInSession(user, null, sessionInit);
  const profile = { ...draft.data.profile, displayName: owner };
  return putMarker({ ...draft, data: { ...draft.data, profile } }, marker);
}

function replyOf(found: LiveSession | NoSession): Reply {
  return found.state === "live" ? seenOf(found.id, found.session) : { is: found.state };
}

async function digestOf({ key, marker, what }: Ask, carried: SessionId): Promise<RequestDigest | undefined> {
  if (key === null) return undefined;
  return requestDigest({ key, path: `/${what}`, sent: { marker }, carried });
}

async function serve(store: SessionStore, ask: Ask): Promise<Reply> {
  if (ask.what === "begin" || ask.what === "begin signed in")
    return replyOf(await store.create(draftOf(ask)));
  const id = parseSessionId(ask.id);
  if (!id) return { is: "bug", text: "an ID that is none" };
  const request = await digestOf(ask, id);
  const change = async (apply: (session: Session) => Session) =>
    replyOf(await store.update(id, apply, request));
  switch (ask.what) {
    case "open":
      return replyOf(await store.get(id));
    case "peek":
      return replyOf(await store.peek(id));
    case "add":
      return change((session) => putMarker(session, ask.marker));
    case "view":
      return change((session) => countView(session, sessionInit.servedBy));
    case "idle":
      return change((session) => setIdle(session, 1200 + (ask.number % 600)));
    case "sign in": {
      const old = await store.peek(id);
      const user = { id: ask.owner, name: ask.owner };
      const fresh =
        old.state === "live"
          ? await store.rotate(old, (now) => signedInSession(user, now, sessionInit), { request })
          : old;
      if (fresh.state === "live") return replyOf(fresh);
      const earlier = fresh.state === "ended" && (await successorOf({ sessions: store, request }, fresh));
      if (earlier) return replyOf(earlier);
      return { is: old.state === "live" ? "lost" : old.state };
    }
    case "end":
      return { is: "end", endedNow: await store.destroy(id) };
    case "end others": {
      const others = (await store.list(ask.owner)).map((each) => each.id).filter((each) => each !== id);
      await store.destroyAll(ask.owner, others);
      return { is: "end others", ids: others };
    }
  }
}

async function answer(server: Server, ask: Ask): Promise<Reply> {
  try {
    return await serve(server.store(), ask);
  } catch (error) {
    if (error instanceof StoreUnavailable) return { is: "unavailable" };
    if (error instanceof SessionBusy) return { is: "busy" };
    return { is: "bug", text: String(error) };
  }
}

let server: Server | undefined;

process.on("message", async (message) => {
  const said = toServer.parse(message);
  if (said.kind === "start") {
    server = createServer("soak", parseEnv(said.variables));
    process.send?.({ kind: "ready" });
  } else if (server) {
    const reply = await answer(server, said.ask);
    process.send?.({ kind: "answer", number: said.ask.number, reply });
  }
});
// The parent process has ended, in whatever way.
process.on("disconnect", () => process.exit());
