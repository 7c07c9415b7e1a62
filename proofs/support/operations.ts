import type { SessionId } from "@carryover/session/internal/session-id";
import type { NoSession } from "@carryover/session/internal/store";
import { addToCart } from "@/lib/cart/cart";
import type { LiveSession, SessionStore } from "@/lib/test-session";
import { changeCart, countView, type Session, setIdle } from "@/lib/test-session";

type Operation = (store: SessionStore, id: SessionId) => Promise<LiveSession | NoSession>;

export const addTote = (session: Session) => changeCart(session, (cart) => addToCart(cart, "tote", 1));

/** What is done to a live session, by its name. */
export const operations: Readonly<Record<string, Operation>> = {
  get: (store, id) => store.get(id),
  peek: (store, id) => store.peek(id),
  update: (store, id) => store.update(id, addTote),
  // The idle timeout stays what it is in these proofs, so that a session that lives on does not live long.
  "set idle": (store, id) => store.update(id, (session) => setIdle(session, session.idleSeconds)),
  "count view": (store, id) => store.update(id, (session) => countView(session, "a")),
};
