import type { LiveStore } from "./live-store";
import type { Failure } from "./outcome";
import { parseSession } from "./parsed-session";
import { withParsed } from "./refresh";
import { sendChange } from "./session-requests";
import { announce } from "./tab-channel";

/** Keeps a theme in the session, and begins one where there is none. `null`: it is kept. */
export async function keepTheme(live: LiveStore, theme: string): Promise<Failure | null> {
  const outcome = await live.queue.run(() => sendChange("/api/profile", { theme }));
  if (outcome.kind !== "done") {
    if (outcome.kind === "ended") live.set(() => ({ presence: "ended" }));
    return outcome;
  }
  const parsed = parseSession(outcome.body);
  live.set((state) => ({
    ...(parsed && withParsed(state, parsed)),
    servedBy: outcome.servedBy ?? state.servedBy,
  }));
  announce(live);
  return null;
}
